#pragma once

// Fields that administrators define at run time. Their values lie in the column custom_fields (jsonb: name to text);
// their definitions in the service's table custom_field_definition.

#include "contract/common.h"
#include "shared/postgres/postgres.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

/// One definition, as validated on write and shown by describe.
struct CustomFieldType {
    std::string id;
    std::string entity;
    std::string name;
    std::string label;
    std::string type;  ///< text, integer, decimal, boolean, date, dateTime, choice
    bool required = false;
    bool unique = false;
    std::vector<std::string> choices;
    std::int64_t maxLength = 0;
};

/// The definitions of one service, read again at most every two seconds, so that a definition made through another
/// process is known soon.
class CustomFields {
  public:
    explicit CustomFields(postgres::Pool &pool) : pool_(pool) {}

    using Types = std::vector<CustomFieldType>;
    /// By entity name.
    [[nodiscard]] std::shared_ptr<const std::map<std::string, Types, std::less<>>> all();
    [[nodiscard]] std::shared_ptr<const Types> of(std::string_view entity);
    /// Forgets what was read: the next call reads again.
    void refresh() { validUntil_ = 0; }

  private:
    postgres::Pool &pool_;
    std::mutex mutex_;  // guards current_, never held while reading
    std::shared_ptr<const std::map<std::string, Types, std::less<>>> current_;
    std::atomic<std::int64_t> validUntil_{0};
};

/// Puts the incoming values over the existing ones: what is not named stays, an empty value clears.
void mergeCustomFields(const Record &existing, const Record &incoming, Record &stored);

/// Checks names, types, facets; puts values into canonical form and their types beside them. Throws
/// Error(validation) with pointers below /customFields.
void checkCustomFields(const CustomFields::Types &types, Record &record);

}  // namespace kontor::entity
