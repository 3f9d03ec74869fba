#include "desktop/views/chips.h"

#include "desktop/api/answer.h"
#include "desktop/views/look.h"

#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace kontor::desktop {

Chips::Chips(QWidget *parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void Chips::setTexts(const QStringList &texts) {
    for (QWidget *const chip : std::as_const(chips_)) {
        chip->hide();
        chip->deleteLater();
    }
    chips_.clear();
    for (const QString &text : texts) {
        auto *const chip = new QFrame(this);
        chip->setObjectName("chip");
        auto *const line = new QHBoxLayout(chip);
        line->setContentsMargins(look::space, 0, 0, 0);
        line->setSpacing(0);
        auto *const label = new QLabel(lineOf(text), chip);
        label->setTextFormat(Qt::PlainText);
        line->addWidget(label);
        auto *const close = new QToolButton(chip);
        close->setIcon(look::icon("close"));
        close->setIconSize({look::iconSize * 3 / 4, look::iconSize * 3 / 4});
        close->setAutoRaise(true);
        close->setAccessibleName(tr("Remove %1").arg(lineOf(text)));
        close->setToolTip(close->accessibleName());
        connect(close, &QToolButton::clicked, this, [this, text] { Q_EMIT removeRequested(text); });
        line->addWidget(close);
        chip->show();
        chips_.append(chip);
    }
    colour();
    arrange(width(), true);
    setVisible(!texts.isEmpty());
    updateGeometry();
}

int Chips::heightForWidth(int width) const { return arrange(width, false); }

QSize Chips::sizeHint() const { return {200, arrange(std::max(width(), 200), false)}; }

void Chips::resizeEvent(QResizeEvent *event) {
    QWidget::resizeEvent(event);
    arrange(width(), true);
    setMinimumHeight(arrange(width(), false));
}

void Chips::changeEvent(QEvent *event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colour();
}

void Chips::colour() {
    for (QWidget *const chip : std::as_const(chips_)) {
        QString const ground = look::ground(look::Tone::accent).name();
        chip->setStyleSheet("QFrame#chip { border-radius: " + QString::number(look::halfSpace) +
                            "px; background: " + ground + "; }");
    }
}

int Chips::arrange(int width, bool move) const {
    int x = 0;
    int y = 0;
    int line = 0;
    for (QWidget *const chip : chips_) {
        QSize const size = chip->sizeHint().boundedTo({std::max(width, 1), INT_MAX});
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += line + look::halfSpace;
            line = 0;
        }
        QRect const place(QPoint(isRightToLeft() ? width - x - size.width() : x, y), size);
        if (move) chip->setGeometry(place);
        x += size.width() + look::halfSpace;
        line = std::max(line, size.height());
    }
    return y + line;
}

}  // namespace kontor::desktop
