#pragma once

#include "desktop/models/job.h"

#include <QFrame>

class QLabel;
class QProgressBar;
class QToolButton;

namespace kontor::desktop {

/// A job in a list: what it does, how far it is, and a way to cancel it. Hidden while there is none.
class JobStrip : public QFrame {
    Q_OBJECT
  public:
    JobStrip(Workspace &workspace, QWidget *parent);

    [[nodiscard]] bool isBusy() const { return job_ != nullptr; }
    /// The job belongs to the window: closing the list does not end it. `then` gets the job when it is over.
    void run(const QString &title, const Call &call, const std::function<void(const Job &)> &then);

  private:
    void show(qint64 processed, qint64 total);
    void end();

    Workspace &workspace_;
    QPointer<Job> job_;
    QString title_;
    QLabel *label_;
    QProgressBar *bar_;
    QToolButton *cancel_;
};

}  // namespace kontor::desktop
