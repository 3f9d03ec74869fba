#include "desktop/views/look.h"

#include <QApplication>
#include <QDialog>
#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <QVBoxLayout>

#include <array>

// The macro does not work in a namespace; a static library's resources are there only once they are asked for.
static void makeResourcesThere() { Q_INIT_RESOURCE(kontor); }

namespace kontor::desktop::look {

namespace {

bool dark = false;

struct Colours {
    const char *window, *base, *alternate, *text, *muted, *border, *button, *accent, *onAccent, *selection;
    const char *good, *warning, *bad;
    const char *accentGround, *goodGround, *warningGround, *badGround, *mutedGround;
};

constexpr Colours lightColours{"#f4f5f7", "#ffffff", "#f8f9fa", "#1d2329", "#5c6670", "#d5dade",
                               "#ffffff", "#1f5f7a", "#ffffff", "#d9e8ef", "#1a6b3c", "#80530a",
                               "#a92a2a", "#e3eef3", "#e2f2e8", "#fbf0d9", "#fae5e4", "#e9ecef"};
constexpr Colours darkColours{"#1d2125", "#24292e", "#282d33", "#e4e8eb", "#9ca7b1", "#3a4149",
                              "#2c3238", "#6db6d4", "#0c1a20", "#2e4854", "#6fcf97", "#e3b05c",
                              "#f08a85", "#22404c", "#214032", "#463a20", "#4b2a2a", "#333a41"};

const Colours &colours() { return dark ? darkColours : lightColours; }

QPalette palette() {
    const Colours &c = colours();
    QPalette p;
    auto const set = [&](QPalette::ColorRole role, const char *value) { p.setColor(role, QColor(value)); };
    set(QPalette::Window, c.window);
    set(QPalette::WindowText, c.text);
    set(QPalette::Base, c.base);
    set(QPalette::AlternateBase, c.alternate);
    set(QPalette::Text, c.text);
    set(QPalette::PlaceholderText, c.muted);
    set(QPalette::Button, c.button);
    set(QPalette::ButtonText, c.text);
    set(QPalette::BrightText, c.bad);
    set(QPalette::ToolTipBase, c.base);
    set(QPalette::ToolTipText, c.text);
    set(QPalette::Highlight, c.selection);
    set(QPalette::HighlightedText, c.text);
    set(QPalette::Link, c.accent);
    set(QPalette::LinkVisited, c.accent);
    set(QPalette::Mid, c.border);
    set(QPalette::Midlight, c.border);
    set(QPalette::Dark, c.border);
    set(QPalette::Light, c.base);
    set(QPalette::Shadow, c.border);
    for (auto const role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        p.setColor(QPalette::Disabled, role, QColor(c.muted));
    }
    return p;
}

QString styleSheet() {
    QFile file(QStringLiteral(":/kontor.qss"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QString text = QString::fromUtf8(file.readAll());
    const Colours &c = colours();
    const std::array<std::pair<const char *, const char *>, 11> names{{{"@window", c.window},
                                                                       {"@base", c.base},
                                                                       {"@text", c.text},
                                                                       {"@muted", c.muted},
                                                                       {"@border", c.border},
                                                                       {"@button", c.button},
                                                                       {"@onAccent", c.onAccent},
                                                                       {"@accentGround", c.accentGround},
                                                                       {"@accent", c.accent},
                                                                       {"@selection", c.selection},
                                                                       {"@hover", c.mutedGround}}};
    for (const auto &[name, value] : names) text.replace(QLatin1String(name), QLatin1String(value));
    return text;
}

/// Draws the SVG in the colour that text has at that moment, so that a change of scheme needs no new icons.
class Engine : public QIconEngine {
  public:
    explicit Engine(QString name) : name_(std::move(name)) {}

    void paint(QPainter *painter, const QRect &rectangle, QIcon::Mode mode, QIcon::State) override {
        painter->drawPixmap(rectangle, drawn(rectangle.size() * painter->device()->devicePixelRatioF(), mode));
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override { return drawn(size, mode); }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal) override {
        return drawn(size, mode);
    }
    [[nodiscard]] QIconEngine *clone() const override { return new Engine(name_); }
    QString iconName() override { return name_; }

  private:
    [[nodiscard]] QPixmap drawn(const QSize &size, QIcon::Mode mode) const {
        QFile file(":/icons/" + name_ + ".svg");
        if (!file.open(QIODevice::ReadOnly)) return {};
        QColor const ink(mode == QIcon::Disabled ? colours().muted : colours().text);
        QByteArray svg = file.readAll();
        svg.replace("#000", ink.name().toLatin1());
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        static const QStringList pointing{"back", "convert", "forward", "left", "redo", "right", "sign-out", "undo"};
        if (QGuiApplication::isRightToLeft() && pointing.contains(name_)) {
            painter.translate(size.width(), 0);
            painter.scale(-1, 1);
        }
        QSvgRenderer(svg).render(&painter);
        return pixmap;
    }

    QString name_;
};

}  // namespace

void apply(QApplication &application, Scheme scheme) {
    makeResourcesThere();
    static const QPalette system = QApplication::palette();
    dark = scheme == Scheme::dark || (scheme == Scheme::system && system.color(QPalette::Window).lightness() < 128);
    if (application.style()->name().compare("fusion", Qt::CaseInsensitive) != 0) {
        QApplication::setStyle(QStyleFactory::create("Fusion"));
    }
    QApplication::setPalette(palette());
    application.setStyleSheet(styleSheet());
}

bool isDark() { return dark; }

QIcon icon(const QString &name) { return QIcon(new Engine(name)); }

QColor colour(Tone tone) {
    const Colours &c = colours();
    switch (tone) {
    case Tone::accent:
        return {c.accent};
    case Tone::good:
        return {c.good};
    case Tone::warning:
        return {c.warning};
    case Tone::bad:
        return {c.bad};
    case Tone::muted:
        return {c.muted};
    }
    return {c.text};
}

QColor ground(Tone tone) {
    const Colours &c = colours();
    switch (tone) {
    case Tone::accent:
        return {c.accentGround};
    case Tone::good:
        return {c.goodGround};
    case Tone::warning:
        return {c.warningGround};
    case Tone::bad:
        return {c.badGround};
    case Tone::muted:
        return {c.mutedGround};
    }
    return {c.base};
}

void asTitle(QWidget &label) { label.setProperty("look", "title"); }

void asHint(QWidget &label) { label.setProperty("look", "hint"); }

QVBoxLayout *titledColumn(QDialog &dialog) {
    auto *const column = new QVBoxLayout(&dialog);
    column->setContentsMargins(2 * space, 2 * space, 2 * space, 2 * space);
    column->setSpacing(space);
    auto *const title = new QLabel(dialog.windowTitle(), &dialog);
    asTitle(*title);
    column->addWidget(title);
    return column;
}

}  // namespace kontor::desktop::look
