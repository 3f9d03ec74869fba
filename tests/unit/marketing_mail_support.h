#pragma once

// What the tests of marketing's messages share: a reader that is not ours.

#include "shared/contract/error.h"

#include <boost/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace kontor::marketing::testing {

/// A file of this test alone, gone at its end.
class TemporaryFile {
  public:
    explicit TemporaryFile(std::string_view content) {
        static int number = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("kontor_mail_" + std::to_string(getpid()) + "_" + std::to_string(++number));
        std::ofstream(path_, std::ios::binary) << content;
    }
    TemporaryFile(const TemporaryFile &) = delete;
    TemporaryFile &operator=(const TemporaryFile &) = delete;
    ~TemporaryFile() { std::filesystem::remove(path_); }

    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] std::string content() const {
        std::stringstream all;
        all << std::ifstream(path_, std::ios::binary).rdbuf();
        return all.str();
    }

  private:
    std::filesystem::path path_;
};

/// What Python's libraries say to a message; `arguments` as in tests/support/read_mail.py.
inline boost::json::object read(const std::string &message, const std::string &arguments = "parse") {
    TemporaryFile const input(message);
    TemporaryFile const output("");
    std::string const command = "/usr/bin/python3 -B '" KONTOR_SOURCE_FOLDER "/tests/support/read_mail.py' " +
                                arguments + " < '" + input.path() + "' > '" + output.path() + "'";
    int const status = std::system(command.c_str());
    if (status != 0) throw std::runtime_error("read_mail.py has failed");
    return boost::json::parse(output.content()).as_object();
}

/// "pointer CODE" of the first wrong field that is thrown; empty when nothing is.
inline std::string fault(const std::function<void()> &work) {
    try {
        work();
        return {};
    } catch (const Error &error) {
        if (error.fields.empty()) return std::string(errorCodeName(error.code));
        return error.fields.front().pointer + ' ' + error.fields.front().code;
    }
}

}  // namespace kontor::marketing::testing
