#include "desktop/models/related.h"

namespace kontor::desktop {

namespace {

/// References that every record has, and those that the screens show in another way.
bool isShownOtherwise(const EntityDescription &entity, const FieldDescription &field) {
    static const QSet<QString> common{"createdBy",    "updatedBy",       "ownerId",     "teamId",
                                      "mergedIntoId", "lastOpenStageId", "convertedBy", "approvedBy"};
    static const QSet<QString> elsewhere{"Activity", "Attachment", "LeadEvent", "Conversion"};
    return common.contains(field.name) || elsewhere.contains(entity.name);
}

}  // namespace

QList<Relation> relationsTo(const Descriptions &descriptions, const QString &entity) {
    QList<Relation> relations;
    for (const EntityDescription &candidate : descriptions.all()) {
        qsizetype const first = relations.size();
        for (const FieldDescription &field : candidate.fields) {
            if (field.references != entity || field.kind != Kind::id || !field.isFilterable) continue;
            if (isShownOtherwise(candidate, field)) continue;
            relations.append({&candidate, &field, candidate.labelPlural});
        }
        if (relations.size() - first < 2) continue;
        for (qsizetype index = first; index < relations.size(); ++index) {
            relations[index].label = candidate.labelPlural + QString::fromUtf8(" – ") + relations[index].field->label;
        }
    }
    return relations;
}

}  // namespace kontor::desktop
