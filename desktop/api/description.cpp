#include "desktop/api/description.h"

#include "contract/contact.h"
#include "contract/identity.h"
#include "contract/lead.h"
#include "desktop/api/answer.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace kontor::desktop {

namespace {

Kind kindOf(const QString &text) {
    static const QHash<QString, Kind> kinds{{"text", Kind::text},
                                            {"id", Kind::id},
                                            {"integer", Kind::integer},
                                            {"decimal", Kind::decimal},
                                            {"boolean", Kind::boolean},
                                            {"dateTime", Kind::dateTime},
                                            {"date", Kind::date},
                                            {"binary", Kind::binary},
                                            {"textList", Kind::textList},
                                            {"structure", Kind::structure},
                                            {"structureList", Kind::structureList}};
    return kinds.value(text, Kind::text);
}

Writable writableOf(const QString &text) {
    if (text == "never") return Writable::never;
    return text == "onCreate" ? Writable::onCreate : Writable::always;
}

const StructType *contractOf(const QString &entity) {
    std::string const name = entity.toStdString();
    for (const ServiceContract *const service :
         {&identity::serviceContract(), &contact::serviceContract(), &lead::serviceContract()}) {
        if (const EntityType *const type = service->entityByName(name)) return type->type;
    }
    return nullptr;
}

/// Labels are English on the wire; the translation file knows those of the contract.
QString translated(const QString &label) { return QCoreApplication::translate("contract", label.toUtf8().constData()); }

FieldDescription fieldOf(const QJsonObject &json, const StructType *contract) {
    FieldDescription field;
    field.name = json["name"].toString();
    field.isCustom = json["custom"].toBool();
    QString const label = lineOf(json["label"].toString());
    field.label = field.isCustom ? label : translated(label);
    field.documentation = lineOf(json["documentation"].toString());
    field.kind = kindOf(json["kind"].toString());
    field.writable = writableOf(json["writable"].toString());
    field.isRequired = json["required"].toBool();
    field.isFilterable = json["filterable"].toBool();
    field.isSortable = json["sortable"].toBool();
    field.minLength = json["minLength"].toInt();
    field.maxLength = json["maxLength"].toInt();
    field.maxItems = json["maxItems"].toInt();
    field.totalDigits = json["totalDigits"].toInt();
    field.fractionDigits = json["fractionDigits"].toInt();
    field.pattern = json["pattern"].toString();
    field.references = json["references"].toString();
    for (const QJsonValue &choice : json["choices"].toArray()) field.choices.append(lineOf(choice.toString()));
    if (field.label.isEmpty()) field.label = lineOf(field.name);
    if (contract != nullptr && !field.isCustom) {
        const Field *const member = contract->find(field.name.toStdString());
        if (member != nullptr) field.structure = member->structure;
    }
    return field;
}

}  // namespace

const FieldDescription *EntityDescription::field(const QString &fieldName) const {
    for (const FieldDescription &candidate : fields) {
        if (candidate.name == fieldName) return &candidate;
    }
    return nullptr;
}

Descriptions Descriptions::parse(const QJsonObject &answer) {
    Descriptions descriptions;
    for (const QJsonValue &value : answer["data"].toArray()) {
        QJsonObject const json = value.toObject();
        EntityDescription entity;
        entity.name = json["name"].toString();
        entity.collection = json["collection"].toString();
        if (entity.name.isEmpty() || entity.collection.isEmpty()) continue;
        entity.service = json["service"].toString();
        entity.label = translated(lineOf(json["label"].toString()));
        entity.labelPlural = translated(lineOf(json["labelPlural"].toString()));
        entity.displayField = json["displayField"].toString();
        entity.isCreateable = json["createable"].toBool();
        entity.isUpdateable = json["updateable"].toString() != "none";
        entity.isDeletable = json["deletable"].toString() != "none";
        const StructType *const contract = contractOf(entity.name);
        for (const QJsonValue &field : json["field"].toArray()) {
            if (field["name"].isString()) entity.fields.append(fieldOf(field.toObject(), contract));
        }
        descriptions.byName_.insert(entity.name, descriptions.entities_.size());
        descriptions.byCollection_.insert(entity.collection, descriptions.entities_.size());
        descriptions.entities_.append(std::move(entity));
    }
    return descriptions;
}

const EntityDescription *Descriptions::entity(const QString &name) const {
    auto const found = byName_.constFind(name);
    return found == byName_.cend() ? nullptr : &entities_[*found];
}

const EntityDescription *Descriptions::collection(const QString &collection) const {
    auto const found = byCollection_.constFind(collection);
    return found == byCollection_.cend() ? nullptr : &entities_[*found];
}

QJsonValue memberOf(const QJsonObject &record, const QString &name) {
    qsizetype const dot = name.indexOf('.');
    if (dot < 0) return record[name];
    return record[name.left(dot)].toObject()[name.mid(dot + 1)];
}

void setMember(QJsonObject &record, const QString &name, const QJsonValue &value) {
    qsizetype const dot = name.indexOf('.');
    if (dot < 0) {
        record[name] = value;
        return;
    }
    QJsonObject inner = record[name.left(dot)].toObject();
    inner[name.mid(dot + 1)] = value;
    record[name.left(dot)] = inner;
}

QString filterText(const QString &plain) {
    QString quoted = "\"";
    for (QChar const character : plain) {
        if (character == '"' || character == '\\') quoted += '\\';
        quoted += character;
    }
    return quoted + '"';
}

}  // namespace kontor::desktop
