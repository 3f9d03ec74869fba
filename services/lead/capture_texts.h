#pragma once

// Words that the pages of capture_pages.cpp are made of.

#include "services/lead/capture_pages.h"

namespace kontor::lead {

enum class Word : std::uint8_t {
    send,
    required,
    pleaseCorrect,
    leaveEmpty,
    pleaseChoose,
    confirmTitle,
    confirmText,
    confirmButton,
    error,
};
[[nodiscard]] std::string_view wordOf(Word word, Language language);

/// Pieces of the e-mail that asks to confirm.
struct ConfirmationWords {
    std::string_view subject;     ///< before the form's title
    std::string_view beforeForm;  ///< before the form's title
    std::string_view afterForm;   ///< behind it, before the link
    std::string_view validUntil;  ///< before the time
    std::string_view notYou;
};
[[nodiscard]] ConfirmationWords confirmationWords(Language language);

}  // namespace kontor::lead
