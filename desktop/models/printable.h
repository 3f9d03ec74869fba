#pragma once

// Records and lists as documents for paper. The text is made here, in small pieces that stop nobody; the pages are laid
// out elsewhere (desktop/views/print.h).

#include "desktop/models/record_list_model.h"
#include "desktop/models/workspace.h"

#include <QObject>
#include <QString>

namespace kontor::desktop {

/// What is printed.
struct Printable {
    QString title;
    QString subtitle;  ///< what the title does not tell: the kind of record, the filter of a list
    QString source;    ///< server and user, for the foot of the page
    QString html;      ///< the body
    bool isWide = false;
};

/// A record with all that is filled in.
[[nodiscard]] Printable printableRecord(Workspace &workspace, const EntityDescription &entity,
                                        const QJsonObject &record);

/// Reads a list anew from its start and makes a document of it. Deletes itself at the end.
class PrintableList : public QObject {
    Q_OBJECT
  public:
    /// More rows are for an export: nobody reads them on paper.
    static constexpr int mostRows = 5000;

    PrintableList(Workspace &workspace, const EntityDescription &entity, const ListQuery &query, QObject *parent);

    /// Nothing is heard of it any more.
    void cancel();

  Q_SIGNALS:
    void progressed(int rows);
    void finished(const kontor::desktop::Printable &printable);
    void failed(const QString &why);

  private:
    void ask(const QString &cursor);
    void take(const Answer &answer);
    void waitForNames();
    void compose();
    void finish();

    Workspace &workspace_;
    EntityDescription entity_;
    ListQuery query_;
    QList<FieldDescription> columns_;
    QList<QJsonObject> records_;
    QString html_;
    QTimer patience_;
    qsizetype composed_ = 0;
    bool hasMore_ = false;
};

}  // namespace kontor::desktop
