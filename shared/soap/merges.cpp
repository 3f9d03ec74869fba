#include "shared/soap/merges.h"

#include "shared/entity/idempotency.h"
#include "shared/entity/json.h"

#include <algorithm>
#include <array>

namespace kontor::soap {

using entity::StoredAnswer;

namespace {

/// Every merge commits for itself and so keeps its own answer.
std::string keyOf(const CallKey &call, std::size_t index) { return call.key + '#' + std::to_string(index); }

/// Pointers into the input of mergeRecords: its elements are named in the singular.
void pointIntoInput(Error &error) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> names{
        {{"/victimIds", "/victimId"}, {"/choices", "/choice"}}};
    for (FieldError &field : error.fields) {
        for (const auto &[rest, soap] : names) {
            if (field.pointer.starts_with(rest)) field.pointer.replace(0, rest.size(), soap);
        }
    }
}

MergeResult resultOf(const entity::Merged &merged) {
    MergeResult result;
    result.success = true;
    result.mergeId = merged.mergeId;
    result.masterId = merged.master.at(0).id;
    result.version = merged.master.at(0).version;
    result.children = merged.children;
    return result;
}

MergeResult mergeOne(entity::Operations &operations, const auth::Caller &caller, const RecordMerge &merge,
                     const std::function<void(const MergeResult &, postgres::Batch &)> &keep) {
    return resultOf(
        entity::mergeRecords(operations, caller, merge, [&](const entity::Merged &merged, postgres::Batch &batch) {
            keep(resultOf(merged), batch);
        }));
}

}  // namespace

MergeResults mergeEach(entity::Operations &operations, const auth::Caller &caller,
                       const std::vector<RecordMerge> &merges, const std::optional<CallKey> &callKey,
                       std::string_view traceId) {
    auto const earlier = [&](std::size_t index) -> std::optional<MergeResult> {
        if (!callKey) return std::nullopt;
        auto const stored = entity::findAnswer(operations.pool(), caller, keyOf(*callKey, index), callKey->hash);
        if (!stored) return std::nullopt;
        MergeResult result;
        entity::readJson(stored->body, result);
        return result;
    };
    // All before the first: a key of another call must not be found out about halfway.
    std::vector<std::optional<MergeResult>> known;
    for (std::size_t i = 0; i < merges.size(); ++i) known.push_back(earlier(i));

    MergeResults results;
    for (std::size_t i = 0; i < merges.size(); ++i) {
        MergeResult &result = results.merge.emplace_back();
        auto const keep = [&](const MergeResult &done, postgres::Batch &batch) {
            if (!callKey) return;
            StoredAnswer answer;
            answer.status = 200;
            entity::writeJson(answer.body, done);
            entity::storeAnswer(batch, caller, keyOf(*callKey, i), callKey->hash, answer);
        };
        try {
            result = known[i] ? *known[i] : mergeOne(operations, caller, merges[i], keep);
        } catch (Error &error) {
            // The first call with this key may have committed since we looked.
            auto const now = error.code == ErrorCode::idempotencyRunning ? earlier(i) : std::nullopt;
            if (now) {
                result = *now;
            } else {
                pointIntoInput(error);
                result.success = false;
                result.error = entity::faultOf(error);
                if (!traceId.empty()) result.error->traceId = std::string(traceId);
            }
        }
        result.index = static_cast<std::int64_t>(i);
    }
    return results;
}

}  // namespace kontor::soap
