#pragma once

#include <QWidget>

namespace kontor::desktop {

/// Short words side by side, as many lines as they need, each with a button that removes it.
class Chips : public QWidget {
    Q_OBJECT
  public:
    explicit Chips(QWidget *parent);

    void setTexts(const QStringList &texts);
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;

  Q_SIGNALS:
    void removeRequested(const QString &text);

  protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

  private:
    /// Puts the chips in their places when `move`; the height that they need.
    int arrange(int width, bool move) const;
    void colour();

    QList<QWidget *> chips_;
};

}  // namespace kontor::desktop
