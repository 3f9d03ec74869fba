#pragma once

// The settings of kontord: one table, from which defaults, checks, `--help-settings` and the operator's reference come.
// Later sources win: built-in default, file (--config), environment (KONTOR_HTTP_PORT for http.port), flag
// (--set http.port=8080).

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::kontord {

struct Setting {
    std::string_view name;
    std::string_view standard;  ///< default; empty = none
    std::string_view meaning;
};

[[nodiscard]] std::span<const Setting> settings();

class Configuration {
  public:
    /// Throws std::runtime_error naming the line, variable or flag that is wrong.
    static Configuration read(const std::optional<std::string> &file, const std::vector<std::string> &flags);

    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] int number(std::string_view name) const;
    [[nodiscard]] bool flag(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return !text(name).empty(); }

  private:
    void set(const std::string &name, const std::string &value, const std::string &where);
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace kontor::kontord
