#include "shared/jobs/export_job.h"

#include "shared/entity/csv.h"
#include "shared/entity/json.h"
#include "shared/entity/operations_state.h"
#include "shared/postgres/blob.h"

namespace kontor::jobs {

using entity::Operations;
using postgres::Batch;
using postgres::Parameters;
using postgres::Pool;
using postgres::Statement;

namespace {

// As addStep: the SQL state is lostToAnother when the job is no longer this runner's.
const Statement countExported{"countExported",
                              "UPDATE job SET processed = $2 / CASE WHEN runner = $3 THEN 1 ELSE 0 END,"
                              " updated_at = now() WHERE id = $1"};

}  // namespace

std::string runExport(Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
                      const std::stop_token &stop) {
    Pool &pool = operations.pool();
    entity::Query query;
    query.entity = &entity;
    query.filter = parameterOf(job, "filter");
    query.sort = parameterOf(job, "sort");
    query.q = parameterOf(job, "q");
    std::vector<std::string> columns;
    if (const auto *const fields = job.parameters.if_contains("fields")) {
        columns = boost::json::value_to<std::vector<std::string>>(*fields);
    }
    bool const csv = parameterOf(job, "format") != "ndjson";
    auto const types = operations.implementation().customFields.of(entity.name);
    std::optional<entity::CsvColumns> writer;
    std::string buffer;
    if (csv) {
        if (columns.empty()) {
            entity::CsvExport choice;
            choice.hidden = [&](const Field &field) {
                return caller.principal->rightOn(entity.name, field.name) == auth::FieldRight::hidden;
            };
            columns = entity::standardColumns(entity, types.get(), choice);
        }
        std::vector<std::string_view> const names(columns.begin(), columns.end());
        writer.emplace(entity, names, types.get());
        writer->writeHeader(buffer);
    } else {
        query.fields = columns;
    }
    postgres::BlobWriter blob(pool);
    std::int64_t count = 0;
    operations.forEach(caller, query, [&](const Record &record) {
        if (csv) {
            writer->write(buffer, record);
        } else {
            entity::writeJson(buffer, record);
            buffer += '\n';
        }
        if (++count % 2000 == 0) {
            blob.write(buffer);
            buffer.clear();
            pool.run(countExported, Parameters().uuid(job.id).integer(count).uuid(job.runner));
        }
        return !stop.stop_requested();
    });
    if (stop.stop_requested()) return {};
    if (!csv) buffer += "{\"_end\":true,\"count\":" + std::to_string(count) + "}\n";
    blob.write(buffer);
    Batch batch;
    blob.finish(batch);
    batch.add(countExported, Parameters().uuid(job.id).integer(count).uuid(job.runner));
    pool.run(std::move(batch));
    return blob.id();
}

}  // namespace kontor::jobs
