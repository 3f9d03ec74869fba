#include "desktop/models/printable.h"

#include "desktop/models/display.h"

#include <QJsonArray>

namespace kontor::desktop {

namespace {

constexpr int pageSize = 200;
constexpr int namesMilliseconds = 5000;
constexpr qsizetype composedAtOnce = 100;
constexpr qsizetype columnsUpright = 5;

// Paper is white whatever the screen is.
const char *const muted = "#555555";
const char *const line = "#bbbbbb";

QString sourceOf(const Workspace &workspace) {
    QString const user = workspace.user()["displayName"].toString(workspace.user()["userName"].toString());
    QString const host = workspace.server().address().host();
    return user.isEmpty() ? host : user + QStringLiteral(" – ") + host;
}

QString escaped(const QString &text) {
    QString html = text.toHtmlEscaped();
    return html.replace('\n', QLatin1String("<br/>"));
}

/// An item of a list below the other, as they are written on an envelope or a card.
QString valueHtml(Workspace &workspace, const EntityDescription &entity, const FieldDescription &field,
                  const QJsonObject &record) {
    QJsonValue const value = memberOf(record, field.name);
    if (field.kind != Kind::structureList) return escaped(displayText(workspace, entity, field, record));
    QStringList lines;
    for (const QJsonValue &item : value.toArray()) {
        QString const text = displayText(workspace, field, QJsonArray{item});
        if (!text.isEmpty()) lines.append(escaped(text));
    }
    return lines.join(QLatin1String("<br/>"));
}

}  // namespace

Printable printableRecord(Workspace &workspace, const EntityDescription &entity, const QJsonObject &record) {
    static const QSet<QString> unseen{"id", "version", "deletedAt", "mergedIntoId", "allowDuplicates"};
    QString rows;
    for (const FieldDescription &field : entity.fields) {
        if (unseen.contains(field.name) || field.name == entity.displayField) continue;
        QString const value = valueHtml(workspace, entity, field, record);
        if (value.isEmpty()) continue;
        rows += QStringLiteral("<tr><td width='30%' style='padding: 3px 8px 3px 0; color: %1'>%2</td>"
                               "<td style='padding: 3px 0'>%3</td></tr>")
                    .arg(QLatin1String(muted), field.label.toHtmlEscaped(), value);
    }
    return {.title = record[entity.displayField].toVariant().toString(),
            .subtitle = entity.label,
            .source = sourceOf(workspace),
            .html = QStringLiteral("<table width='100%' cellspacing='0'>%1</table>").arg(rows)};
}

PrintableList::PrintableList(Workspace &workspace, const EntityDescription &entity, const ListQuery &query,
                             QObject *parent)
    : QObject(parent), workspace_(workspace), entity_(entity), query_(query) {
    for (const QString &name : query_.columns) {
        if (const FieldDescription *const field = entity_.field(name)) columns_.append(*field);
    }
    patience_.setSingleShot(true);
    connect(&patience_, &QTimer::timeout, this, &PrintableList::compose);
    ask({});
}

void PrintableList::cancel() {
    blockSignals(true);
    deleteLater();
}

void PrintableList::ask(const QString &cursor) {
    Call call;
    call.path = entity_.collection;
    call.query = {{"limit", QString::number(pageSize)}};
    if (cursor.isEmpty()) {
        QStringList fields{entity_.displayField};
        for (const FieldDescription &field : columns_) {
            fields.append(field.name);
            if (QString const currency = currencyMember(entity_, field); !currency.isEmpty()) fields.append(currency);
        }
        fields.removeDuplicates();
        call.query.append({"fields", fields.join(',')});
        if (!query_.filter.isEmpty()) call.query.append({"filter", query_.filter});
        if (!query_.search.isEmpty()) call.query.append({"q", query_.search});
        if (!query_.sort.isEmpty()) call.query.append({"sort", query_.sort});
    } else {
        call.query.append({"cursor", cursor});
    }
    workspace_.server().send(call, this, [this](const Answer &answer) { take(answer); });
}

void PrintableList::take(const Answer &answer) {
    if (!answer.ok()) {
        Q_EMIT failed(answer.problem->told());
        return cancel();
    }
    for (const QJsonObject &record : answer.records()) {
        records_.append(record);
        for (const FieldDescription &field : columns_) {
            if (field.kind == Kind::id) (void)displayText(workspace_, field, memberOf(record, field.name));
        }
    }
    Q_EMIT progressed(static_cast<int>(records_.size()));
    QString const next = answer.body["page"].toObject()["nextCursor"].toString();
    hasMore_ = !next.isEmpty();
    if (hasMore_ && records_.size() < mostRows) return ask(next);
    waitForNames();
}

/// Names that do not come are left out rather than waited for without end.
void PrintableList::waitForNames() {
    if (!workspace_.isWaitingForNames()) return compose();
    patience_.start(namesMilliseconds);
    connect(&workspace_, &Workspace::namesCame, this, [this] {
        if (!workspace_.isWaitingForNames()) compose();
    });
}

void PrintableList::compose() {
    patience_.stop();
    disconnect(&workspace_, nullptr, this, nullptr);
    qsizetype const end = std::min(composed_ + composedAtOnce, records_.size());
    for (; composed_ < end; ++composed_) {
        html_ += "<tr>";
        for (const FieldDescription &field : columns_) {
            html_ +=
                QStringLiteral("<td align='%1' style='padding: 2px 6px 2px 0; border-bottom: 1px solid %2'>%3</td>")
                    .arg(isNumber(field) ? QLatin1String("right") : QLatin1String("left"), QLatin1String(line),
                         escaped(displayText(workspace_, entity_, field, records_[composed_])));
        }
        html_ += "</tr>";
    }
    if (composed_ == records_.size()) return finish();
    QTimer::singleShot(0, this, &PrintableList::compose);
}

void PrintableList::finish() {
    QString head;
    for (const FieldDescription &field : std::as_const(columns_)) {
        head += QStringLiteral("<th align='%1' style='padding: 2px 6px 4px 0; color: %2; border-bottom: 1px solid %2'>"
                               "%3</th>")
                    .arg(isNumber(field) ? QLatin1String("right") : QLatin1String("left"), QLatin1String(muted),
                         field.label.toHtmlEscaped());
    }
    QStringList about;
    if (!query_.search.isEmpty()) about.append(query_.search);
    if (!query_.filter.isEmpty()) about.append(query_.filter);
    about.append(hasMore_ ? tr("the first %L1 records").arg(records_.size())
                          : tr("%n record(s)", nullptr, static_cast<int>(records_.size())));
    Printable const printable{.title = entity_.labelPlural,
                              .subtitle = about.join(QStringLiteral(" – ")),
                              .source = sourceOf(workspace_),
                              .html = QStringLiteral("<table width='100%' cellspacing='0' style='border-collapse: "
                                                     "collapse'><thead><tr>%1</tr></thead>%2</table>")
                                          .arg(head, html_),
                              .isWide = columns_.size() > columnsUpright};
    Q_EMIT finished(printable);
    cancel();
}

}  // namespace kontor::desktop
