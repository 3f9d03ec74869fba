#include "shared/jobs/job_store.h"

#include "shared/http/target.h"

namespace kontor::jobs {

using entity::ImportRow;
using postgres::Batch;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

const Statement insertJob{"insertJob",
                          "INSERT INTO job (id, kind, entity, state, parameters, created_by, input_blob_id,"
                          " total_bytes) VALUES ($1, $2, $3, 'queued', $4, $5, $6, $7)"};
// Commits with what the step has done. Where the job has been taken up by another runner meanwhile, nothing is updated,
// and the division by zero undoes the step.
const Statement advanceJob{"advanceJob",
                           "WITH moved AS (UPDATE job SET position = $2, processed = processed + $3, created = created"
                           " + $4, updated = updated + $5, deleted = deleted + $6, failed = failed + $7,"
                           " updated_at = now() WHERE id = $1 AND runner = $8 AND state = 'running' RETURNING 1)"
                           " SELECT 1 / count(*) FROM moved"};
const Statement insertError{"insertJobError", "INSERT INTO job_error (job_id, line, code, field, detail, source)"
                                              " VALUES ($1, $2, $3, $4, $5, $6)"};

const std::string jobColumns =
    "SELECT id, kind, entity, state, created_by, created_at, finished_at, total_bytes, position,"
    " processed, created, updated, failed, message, result_blob_id, parameters, input_blob_id, deleted FROM job";

/// The text as the database can keep it: bytes that are no UTF-8 become the sign for what cannot be read.
std::string storable(const std::string &text) {
    if (http::isUtf8(text) && text.find('\0') == std::string::npos) return text;
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        auto const lead = static_cast<unsigned char>(text[i]);
        std::size_t const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        std::string_view const sign = std::string_view(text).substr(i, length);
        if (lead != 0 && http::isUtf8(sign)) {
            out += sign;
            i += length;
        } else {
            out += "\xef\xbf\xbd";
            ++i;
        }
    }
    return out;
}

}  // namespace

const Statement selectJob{"selectJob", jobColumns + " WHERE id = $1"};
const Statement selectJobs{"selectJobs", jobColumns + " WHERE created_by = $1 AND (created_at, id) < ($2, $3)"
                                                      " ORDER BY created_at DESC, id DESC LIMIT $4"};
const Statement lockJob{"lockJob", jobColumns + " WHERE id = $1 FOR UPDATE"};

Job readJob(const Rows &rows, int row) {
    Job job;
    job.id = rows.uuid(row, 0);
    job.kind = rows.text(row, 1);
    job.entity = rows.text(row, 2);
    job.state = rows.text(row, 3);
    job.createdBy = rows.uuid(row, 4);
    job.createdAt = rows.timestamp(row, 5);
    if (!rows.isNull(row, 6)) job.finishedAt = rows.timestamp(row, 6);
    job.totalBytes = rows.integer(row, 7);
    job.position = rows.integer(row, 8);
    job.processed = rows.integer(row, 9);
    job.created = rows.integer(row, 10);
    job.updated = rows.integer(row, 11);
    job.failed = rows.integer(row, 12);
    if (!rows.isNull(row, 13)) job.message = rows.text(row, 13);
    if (!rows.isNull(row, 14)) job.resultBlob = rows.uuid(row, 14);
    job.parameters = boost::json::parse(std::string_view(rows.json(row, 15))).as_object();
    if (!rows.isNull(row, 16)) job.inputBlob = rows.uuid(row, 16);
    job.deleted = rows.integer(row, 17);
    return job;
}

std::string parameterOf(const Job &job, std::string_view name) {
    const auto *const member = job.parameters.if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string{};
}

bool isPreview(const Job &job) {
    const auto *const member = job.parameters.if_contains("preview");
    return member != nullptr && member->is_bool() && member->get_bool();
}

void addJob(Batch &batch, const Job &job) {
    batch.add(insertJob, Parameters()
                             .uuid(job.id)
                             .text(job.kind)
                             .text(job.entity)
                             .json(boost::json::serialize(job.parameters))
                             .uuid(job.createdBy)
                             .uuid(job.inputBlob.empty() ? std::nullopt : std::optional(job.inputBlob))
                             .integer(job.totalBytes));
}

void addStep(Batch &batch, const Job &job, const JobStep &step) {
    batch.add(advanceJob, Parameters()
                              .uuid(job.id)
                              .integer(step.position)
                              .integer(step.processed)
                              .integer(step.created)
                              .integer(step.updated)
                              .integer(step.deleted)
                              .integer(step.failed)
                              .uuid(job.runner));
}

void addErrors(Batch &batch, const std::string &jobId, std::span<const ImportRow> rows) {
    for (const ImportRow &row : rows) {
        if (!row.refused()) continue;
        std::string const source = storable(row.source);
        for (const FieldError &error : row.errors) {
            batch.add(insertError, Parameters()
                                       .uuid(jobId)
                                       .integer(row.line)
                                       .text(error.code)
                                       .text(error.pointer)
                                       .text(error.detail)
                                       .text(source));
        }
    }
}

}  // namespace kontor::jobs
