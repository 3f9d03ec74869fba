#pragma once

// Rows of an import that say which record they are about by the value of a field. Private to this folder.

#include "shared/entity/import.h"
#include "shared/entity/lookup.h"
#include "shared/entity/operations.h"

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace kontor::jobs {

class ImportKey {
  public:
    ImportKey(entity::Operations &operations, const auth::Caller &caller, const EntityType &entity, std::string mode,
              std::string name);

    /// Looks up which records the rows are about, and refuses rows that are about none or several of them, or that
    /// create what there is already. Returns how many rows may be written together: those up to one that an earlier
    /// one of them decides about.
    std::size_t decide(std::span<entity::ImportRow> rows);

    // Of the rows that were decided last, by their number.

    /// How the row is written; its record is taken.
    [[nodiscard]] entity::Write writeOf(std::size_t row, entity::RecordPtr record) const;
    /// True for a row that is to create a record.
    [[nodiscard]] bool makesNew(std::size_t row) const { return decisions_[row].id.empty(); }
    /// True for a row about a record that only an earlier row of a preview would have made.
    [[nodiscard]] bool isAboutEarlier(std::size_t row) const { return kept_.contains(decisions_[row].id); }
    /// What a preview has to know of a row that would have been written; it does not happen.
    void keep(std::size_t row, const entity::RecordResult &result);

  private:
    struct Decision {
        std::vector<std::string> values;
        std::string id;  ///< the record that there is
        entity::RecordPtr existing;
    };
    using Found = std::map<std::string, std::vector<std::string>>;

    [[nodiscard]] Found find(std::span<entity::ImportRow> rows);
    [[nodiscard]] std::set<std::string> matches(const Found &found, const Decision &decision) const;
    void judge(entity::ImportRow &row, Decision &decision, const std::set<std::string> &ids) const;
    void refuse(entity::ImportRow &row, const char *code, std::string detail) const;
    void loadExisting();
    [[nodiscard]] entity::RecordPtr keptRecord(const std::string &id) const;
    void keepItems(const Record &existing, Record &record) const;

    entity::Operations &operations_;
    const auth::Caller &caller_;
    const EntityType &entity_;
    std::string mode_;
    std::string name_;
    entity::LookupField field_;
    std::vector<Decision> decisions_;

    // Of a preview: what its rows would have done.
    std::map<std::string, std::vector<std::string>> valuesNow_;  ///< of records that they would have written
    std::map<std::string, std::set<std::string>> idsNow_;        ///< those records by their values
    std::map<std::string, std::string> kept_;                    ///< records that they would have made, as JSON
};

}  // namespace kontor::jobs
