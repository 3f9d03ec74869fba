#pragma once

// Where in a request gSOAP stopped, in the terms that field errors are given in.

#include "shared/contract/description.h"

#include <string>
#include <string_view>

namespace kontor::soap {

/// The JSON pointer, below the operation's element, to the element whose tag holds byte `offset` - 1:
/// "/records/contact/1/lastName". `input` is the operation's type, nullptr when it is not known; it tells which
/// elements are items of a list. `xml` has passed scanEnvelope.
[[nodiscard]] std::string pointerAt(std::string_view xml, std::size_t offset, const StructType *input);

}  // namespace kontor::soap
