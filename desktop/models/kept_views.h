#pragma once

// Saved views that stay readable off line: read whole, now and then, so that the local store has them.

#include "desktop/api/local_store.h"
#include "desktop/models/record_list_model.h"

#include <QTimer>

namespace kontor::desktop {

class KeptViews : public QObject {
    Q_OBJECT
  public:
    /// More of a view than anybody reads on the way.
    static constexpr int mostRecords = 5000;

    KeptViews(Workspace &workspace, LocalStore &store, QObject *parent = nullptr);

    [[nodiscard]] bool isKept(const QString &viewId) const;
    void keep(const QString &viewId, const QString &collection);
    void drop(const QString &viewId);
    /// Reads all of them anew, one after the other.
    void refresh();

  Q_SIGNALS:
    void changed();
    /// All that is kept has been read.
    void refreshed();

  private:
    void load();
    void readNext();
    void readView(const KeptView &view);
    void readRows(const KeptView &view, const QJsonObject &savedView);
    void readRecords(const KeptView &view, const QString &filter, const QString &cursor, int sofar);

    Workspace &workspace_;
    LocalStore &store_;
    QList<KeptView> views_;
    QList<KeptView> waiting_;
    QTimer soon_;
    bool reading_ = false;
};

}  // namespace kontor::desktop
