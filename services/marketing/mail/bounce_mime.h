#pragma once

// The parts of a returned message that say something, taken out of its MIME structure.

#include <string>
#include <string_view>
#include <vector>

namespace kontor::marketing {

/// A header or a field of a report: its name in lower case, its value without folds.
struct Field {
    std::string name;
    std::string value;
};
using Fields = std::vector<Field>;

/// The value of the first field with this name (in lower case), or nothing.
[[nodiscard]] std::string_view valueOf(const Fields &fields, std::string_view name);

struct ReturnedParts {
    bool readable = false;       ///< it is a message at all
    bool tooComplex = false;     ///< nested or parted beyond reason: not looked at
    Fields head;                 ///< of the report itself
    std::string reportType;      ///< of multipart/report: "delivery-status", "feedback-report"
    std::string deliveryStatus;  ///< message/delivery-status
    std::string feedback;        ///< message/feedback-report
    bool readReceipt = false;    ///< there is a message/disposition-notification
    std::string text;            ///< what is for people, as plain text
    Fields original;             ///< head of what came back
};

[[nodiscard]] ReturnedParts readParts(std::string_view raw);

/// Groups of "Name: value" lines, parted by empty lines. Lines that are no field are left out.
[[nodiscard]] std::vector<Fields> readFieldGroups(std::string_view text);

/// Valid UTF-8 without control characters, with single spaces, of at most 500 bytes.
[[nodiscard]] std::string cleanText(std::string_view text);

}  // namespace kontor::marketing
