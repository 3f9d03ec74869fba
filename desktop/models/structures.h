#pragma once

// Members of structures (an e-mail address, a quote's line) as descriptions of fields, and values held against each
// other as the server would.

#include "desktop/models/workspace.h"

namespace kontor::desktop {

/// The members of a structure in the contract's order, labelled for people.
[[nodiscard]] QList<FieldDescription> structureMembers(const Workspace &workspace, const StructType &structure);

/// Whether the server fills the member whatever it is given, as the total of a line.
[[nodiscard]] bool isMadeByServer(const FieldDescription &member);

/// The members that stand side by side in a form; what else there is, is shown on demand.
[[nodiscard]] QStringList leadingMembers(const StructType &structure, const QList<FieldDescription> &members);

/// The values that a text without a closed list of choices usually has, as its documentation names them.
[[nodiscard]] QStringList usualValues(const FieldDescription &field);

/// Decimals are equal by value, moments by the minute; what is absent equals null.
[[nodiscard]] bool sameValue(const FieldDescription &field, const QJsonValue &one, const QJsonValue &other);

}  // namespace kontor::desktop
