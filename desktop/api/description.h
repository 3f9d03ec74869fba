#pragma once

// What the server tells about its records (GET /describe), custom fields and the user's rights included; lists and
// forms are made from it. Members of structures (an e-mail address, a quote's line) come from the contract.

#ifndef Q_MOC_RUN  // moc of Qt 6.4 stumbles over <concepts>
#include "shared/contract/description.h"
#endif

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace kontor::desktop {

struct FieldDescription {
    QString name;   ///< member; "customFields.budget" for a custom field
    QString label;  ///< in the user's language where there is a translation
    QString documentation;
    Kind kind = Kind::text;
    Writable writable = Writable::always;
    bool isRequired = false;
    bool isCustom = false;
    bool isFilterable = false;
    bool isSortable = false;
    int minLength = 0;
    int maxLength = 0;  ///< 0: no limit
    int maxItems = 0;
    int totalDigits = 0;
    int fractionDigits = 0;
    QString pattern;
    QStringList choices;                    ///< closed list of values
    QString references;                     ///< entity that an id points to; "*": any
    const StructType *structure = nullptr;  ///< of structure kinds that the contract knows
};

struct EntityDescription {
    QString name;        ///< "Contact"
    QString collection;  ///< "contacts"
    QString service;
    QString label;
    QString labelPlural;
    QString displayField;
    bool isCreateable = false;
    bool isUpdateable = false;
    bool isDeletable = false;
    QList<FieldDescription> fields;

    [[nodiscard]] const FieldDescription *field(const QString &fieldName) const;
};

class Descriptions {
  public:
    /// What could not be understood is left out.
    [[nodiscard]] static Descriptions parse(const QJsonObject &answer);

    /// nullptr when the user may not see it, or it is not there.
    [[nodiscard]] const EntityDescription *entity(const QString &name) const;
    [[nodiscard]] const EntityDescription *collection(const QString &collection) const;
    [[nodiscard]] const QList<EntityDescription> &all() const { return entities_; }
    [[nodiscard]] bool isEmpty() const { return entities_.isEmpty(); }

  private:
    QList<EntityDescription> entities_;
    QHash<QString, qsizetype> byName_;
    QHash<QString, qsizetype> byCollection_;
};

/// The value of a member, custom fields by "customFields.name".
[[nodiscard]] QJsonValue memberOf(const QJsonObject &record, const QString &name);
void setMember(QJsonObject &record, const QString &name, const QJsonValue &value);

/// A literal of the filter language: text in double quotes, with what is special escaped.
[[nodiscard]] QString filterText(const QString &plain);

}  // namespace kontor::desktop
