#pragma once

// Accounts, contacts, activities, attachments: what is particular to them. The operations, free of any transport.

#include "contract/contact.h"
#include "shared/entity/operations.h"
#include "shared/postgres/blob.h"
#include "shared/postgres/migrate.h"

#include <functional>
#include <memory>
#include <span>
#include <string>

namespace kontor::contact {

[[nodiscard]] std::span<const postgres::Migration> migrations();

/// Largest attachment, in bytes; through SOAP a smaller one holds (maximumInlineBytes).
constexpr std::int64_t maximumAttachmentBytes = 100LL << 20U;
constexpr std::int64_t maximumInlineBytes = 25LL << 20U;

class ContactService {
  public:
    ContactService(postgres::Pool &pool, std::string cursorKey);

    /// The records of the service behind REST and SOAP.
    [[nodiscard]] entity::Operations &operations() { return operations_; }

    /// What happened around a record, newest first; of an account, with the activities of its contacts. At most
    /// `limit` entries, 500 at most; 0 = as many as the page before, at first 50.
    Timeline getTimeline(const auth::Caller &caller, const entity::RecordKey &key, int limit,
                         const std::string &cursor);

    /// Stores what `read` gives, piece by piece, until it gives 0, and creates the attachment. Nothing stays when it
    /// fails halfway. Throws Error(tooLarge) past maximumAttachmentBytes. `options` are those of the record's write.
    entity::RecordResult uploadAttachment(const auth::Caller &caller, std::unique_ptr<Attachment> attachment,
                                          const std::function<std::size_t(char *, std::size_t)> &read,
                                          entity::WriteOptions options = {});
    /// The attachment; Error(notFound) when the caller does not see it.
    std::unique_ptr<Attachment> attachment(const auth::Caller &caller, const std::string &id);
    /// Passes on the content from a byte offset.
    void readContent(const Attachment &attachment, std::int64_t offset,
                     const std::function<bool(std::string_view)> &use);

    /// Tags in use on an entity and how many records have each.
    Tags listTags(const auth::Caller &caller, const std::string &entity);

  private:
    postgres::Pool &pool_;
    std::string cursorKey_;
    entity::Operations operations_;
};

}  // namespace kontor::contact
