#pragma once

// How members pass between gSOAP's types and the records. Used by the generated mapping only. Values are moved: the
// source is at its end.

#include "contract/common.h"
#include "soap/soapH.h"

#include "shared/contract/description.h"
#include "shared/contract/error.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::soap {

/// An item of a list that says xsi:nil.
[[noreturn]] void refuseNil(const char *name, std::size_t index);

inline void takeBinary(const xsd__base64Binary *from, std::optional<std::string> &to) {
    if (from == nullptr) return;
    to.emplace();
    if (from->__ptr != nullptr)
        to->assign(reinterpret_cast<const char *>(from->__ptr), static_cast<std::size_t>(from->__size));
}

/// Points to bytes that outlive the answer. Where the answer may have attachments it becomes one.
xsd__base64Binary *newBinary(struct soap *soap, std::string_view bytes);
/// A copy: a record is gone when its answer is sent.
xsd__base64Binary *giveBinary(struct soap *soap, const std::optional<std::string> &from);

template <typename From, typename To> void takeList(std::vector<From *> &from, std::vector<To> &to, const char *name) {
    to.reserve(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i] == nullptr) refuseNil(name, i);
        fromSoap(*from[i], to.emplace_back());
    }
}

template <typename From, typename To>
void giveList(struct soap *soap, std::vector<From> &from, std::vector<To *> &to, unsigned level) {
    to.reserve(from.size());
    for (From &item : from) to.push_back(toSoap(soap, item, level));
}

template <typename To, typename From>
void takeRecords(std::vector<From *> &from, std::vector<std::unique_ptr<Record>> &to, const char *name) {
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i] == nullptr) refuseNil(name, i);
        auto record = std::make_unique<To>();
        fromSoap(*from[i], *record);
        to.push_back(std::move(record));
    }
}

}  // namespace kontor::soap
