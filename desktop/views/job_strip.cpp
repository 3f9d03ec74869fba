#include "desktop/views/job_strip.h"

#include "desktop/views/look.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace kontor::desktop {

JobStrip::JobStrip(Workspace &workspace, QWidget *parent)
    : QFrame(parent), workspace_(workspace), label_(new QLabel(this)), bar_(new QProgressBar(this)),
      cancel_(new QToolButton(this)) {
    setObjectName("job");
    auto *const row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(look::space);
    label_->setTextFormat(Qt::PlainText);
    bar_->setTextVisible(false);
    bar_->setFixedHeight(look::space);
    cancel_->setObjectName("cancelJob");
    cancel_->setText(tr("Cancel"));
    row->addWidget(label_);
    row->addWidget(bar_, 1);
    row->addWidget(cancel_);
    connect(cancel_, &QToolButton::clicked, this, [this] {
        cancel_->setEnabled(false);
        if (job_) job_->cancel();
    });
    hide();
}

void JobStrip::run(const QString &title, const Call &call, const std::function<void(const Job &)> &then) {
    title_ = title;
    auto *const job = new Job(workspace_, &workspace_);
    job_ = job;
    bar_->setAccessibleName(title);
    connect(job, &Job::progressed, this, &JobStrip::show);
    connect(job, &Job::finished, &workspace_, [job, then] {
        then(*job);
        job->deleteLater();
    });
    connect(job, &Job::failed, &workspace_, [job, workspace = &workspace_](const QString &reason) {
        if (!reason.isEmpty()) Q_EMIT workspace->said(reason, {});
        job->deleteLater();
    });
    connect(job, &Job::finished, this, &JobStrip::end);
    connect(job, &Job::failed, this, &JobStrip::end);
    cancel_->setEnabled(true);
    show(0, 0);
    setVisible(true);
    job->start(call);
}

void JobStrip::show(qint64 processed, qint64 total) {
    label_->setText(processed > 0 ? tr("%1: %L2").arg(title_).arg(processed) : title_);
    bar_->setRange(0, total > 0 ? 1000 : 0);
    if (total > 0) bar_->setValue(static_cast<int>(1000 * std::min(processed, total) / total));
}

void JobStrip::end() {
    job_ = nullptr;
    hide();
}

}  // namespace kontor::desktop
