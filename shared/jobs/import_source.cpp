#include "shared/jobs/import_source.h"

#include "shared/entity/json.h"
#include "shared/entity/operations_state.h"
#include "shared/postgres/blob.h"

#include <algorithm>

namespace kontor::jobs {

using entity::ImportRow;

std::string BlobInput::next() {
    std::string piece;
    postgres::readBlob(pool_, id_, offset_, [&](std::string_view bytes) {
        piece = bytes;
        return false;
    });
    offset_ += static_cast<std::int64_t>(piece.size());
    return piece;
}

boost::json::object withoutNotes(const boost::json::object &object) {
    boost::json::object kept;
    for (const auto &[name, value] : object) {
        if (!name.starts_with('_')) kept.emplace(name, value);
    }
    return kept;
}

ImportSource::ImportSource(entity::Operations &operations, const auth::Caller &caller, const EntityType &entity,
                           const Job &job)
    : entity_(entity), input_(operations.pool(), job.inputBlob), csv_(parameterOf(job, "format") == "csv"),
      reader_('\0'), types_(operations.implementation().customFields.of(entity.name)),
      references_(operations, caller, entity) {}

bool ImportSource::next(ImportRow &row) { return csv_ ? nextCsv(row) : nextJson(row); }

bool ImportSource::feed() {
    if (ended_) return false;
    std::string const piece = input_.next();
    ended_ = piece.empty();
    if (csv_) {
        if (ended_) {
            reader_.finish();
        } else {
            reader_.append(piece);
        }
    } else {
        pending_.erase(0, taken_);
        taken_ = 0;
        pending_ += piece;
    }
    return true;
}

bool ImportSource::nextCsvRow() {
    while (!reader_.next()) {
        if (!feed()) return false;
    }
    return true;
}

void ImportSource::readHeader() {
    std::vector<std::string_view> names;
    for (std::string_view const cell : reader_.row()) {
        // What an error file has in addition.
        bool const note = cell.starts_with('_');
        std::string_view name = cell;
        while (name.ends_with(' ')) name.remove_suffix(1);
        while (name.starts_with(' ')) name.remove_prefix(1);
        auto named = note ? std::nullopt : references_.column(name);
        if (named && std::ranges::find(named_, named) != named_.end()) {
            throw Error(ErrorCode::validation, "The header has columns that cannot be read.",
                        {{"/columns/" + std::to_string(named_.size()), "CONTRADICTION",
                          std::string(name) + ": this column is there twice"}});
        }
        kept_.push_back(!note && !named);
        named_.push_back(named);
        if (kept_.back()) names.push_back(cell);
    }
    columns_.emplace(entity_, names, types_.get());
}

bool ImportSource::nextCsv(ImportRow &row) {
    if (!columns_) {
        if (!nextCsvRow()) return false;
        readHeader();
    }
    if (!nextCsvRow()) return false;
    row.line = static_cast<std::int64_t>(reader_.line());
    row.source = reader_.source();
    row.record = entity::newRecord(entity_);
    cells_.clear();
    for (std::size_t i = 0; i < reader_.row().size(); ++i) {
        if (i >= kept_.size() || kept_[i]) cells_.push_back(reader_.row()[i]);
    }
    columns_->read(cells_, *row.record, row.errors);
    for (std::size_t i = 0; i < std::min(named_.size(), reader_.row().size()); ++i) {
        if (!named_[i]) continue;
        std::string_view const cell = reader_.row()[i];
        if (cell == entity::nullCell) {
            references_.clear(*named_[i], row);
        } else {
            references_.take(*named_[i], entity::unguardedCell(cell), row);
        }
    }
    return true;
}

bool ImportSource::nextJson(ImportRow &row) {
    while (true) {
        std::size_t const end = pending_.find('\n', taken_);
        if (end == std::string::npos && !ended_) {
            feed();
            continue;
        }
        std::size_t const stop = end == std::string::npos ? pending_.size() : end;
        if (end == std::string::npos && taken_ >= pending_.size()) return false;
        std::string_view line = std::string_view(pending_).substr(taken_, stop - taken_);
        taken_ = end == std::string::npos ? pending_.size() : end + 1;
        ++line_;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
        // The last line of our own exports says that the file is whole.
        if (line.empty() || line.starts_with("{\"_end\":")) continue;
        row.line = line_;
        row.source = line;
        row.record = entity::newRecord(entity_);
        try {
            readJson(line, row);
        } catch (const Error &error) {
            row.errors = entity::errorsOf(error);
        }
        return true;
    }
}

void ImportSource::readJson(std::string_view line, ImportRow &row) {
    bool const notes = line.find("\"_") != std::string_view::npos;
    if (!notes && !references_.mayBeIn(line)) return entity::readJson(line, *row.record);
    boost::json::value value = entity::parseJson(line);
    if (!value.is_object()) return entity::readJson(value, *row.record);
    boost::json::object members;
    std::vector<std::pair<std::size_t, boost::json::value>> named;
    for (auto &[name, member] : withoutNotes(value.get_object())) {
        if (auto const column = references_.column(name)) {
            named.emplace_back(*column, std::move(member));
        } else {
            members.emplace(name, std::move(member));
        }
    }
    entity::readJson(boost::json::value(std::move(members)), *row.record);
    for (const auto &[column, name] : named) {
        if (name.is_null()) {
            references_.clear(column, row);
        } else if (name.is_string()) {
            references_.take(column, name.get_string(), row);
        } else {
            references_.refuseType(column, row);
        }
    }
}

}  // namespace kontor::jobs
