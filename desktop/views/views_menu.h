#pragma once

#include "desktop/models/workspace.h"

#include <QToolButton>

class QMenu;

namespace kontor::desktop {

/// The saved views of an entity, one's own and those that others share: chosen, saved, changed and removed.
class ViewsMenu : public QToolButton {
    Q_OBJECT
  public:
    /// `current` tells what the list shows: filter, sort and columns of a SavedView.
    ViewsMenu(Workspace &workspace, const EntityDescription &entity, std::function<QJsonObject()> current,
              QWidget *parent);

    void saveAs(const QString &name, bool isShared);
    /// The view that was chosen gets what the list shows now.
    void saveChanges();
    void remove();

  Q_SIGNALS:
    /// An empty object: all records.
    void chosen(const QJsonObject &view);

  private:
    void fill();
    void fillViews(const QList<QJsonObject> &views, QAction *before);
    void askForName();
    void use(const QJsonObject &view);
    [[nodiscard]] bool isOwn(const QJsonObject &view) const;

    Workspace &workspace_;
    QString entity_;
    QString collection_;
    std::function<QJsonObject()> current_;
    QMenu *menu_;
    QJsonObject inUse_;
};

}  // namespace kontor::desktop
