#include "shared/postgres/blob.h"
#include "tests/integration/scratch_database.h"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

using namespace kontor;
using namespace kontor::postgres;
using namespace kontor::test;

namespace {

struct Fixture {
    Fixture() {
        std::ifstream const file(KONTOR_SOURCE_FOLDER "/shared/entity/migrations/0001_common.sql");
        BOOST_REQUIRE(file);
        std::ostringstream text;
        text << file.rdbuf();
        database.execute(text.str());
    }
    static std::string content(std::size_t size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 31 + i / 251);
        return bytes;
    }
    std::string stored(const std::string &bytes, std::size_t step) {
        BlobWriter writer(pool);
        for (std::size_t at = 0; at < bytes.size(); at += step) writer.write(std::string_view(bytes).substr(at, step));
        Batch batch;
        writer.finish(batch);
        pool.run(std::move(batch));
        BOOST_TEST(writer.size() == static_cast<std::int64_t>(bytes.size()));
        return writer.id();
    }
    std::string read(const std::string &id, std::int64_t offset = 0) {
        std::string all;
        readBlob(pool, id, offset, [&](std::string_view piece) {
            all += piece;
            return true;
        });
        return all;
    }
    std::int64_t count(const char *table) {
        return pool.run({"count", std::string("SELECT count(*) FROM ") + table}).integer(0, 0);
    }
    ScratchDatabase database;
    Pool pool{database.options(2)};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(postgres_blob, Fixture)

BOOST_AUTO_TEST_CASE(a_content_comes_back_whatever_its_size_and_the_pieces_it_came_in) {
    for (std::size_t const size : {0UL, 1UL, 262'143UL, 262'144UL, 262'145UL, 1'000'000UL}) {
        std::string const bytes = content(size);
        for (std::size_t const step : {1'000UL, 300'000UL, 2'000'000UL}) {
            std::string const id = stored(bytes, step);
            BOOST_TEST((read(id) == bytes), size << " bytes");
        }
    }
}

BOOST_AUTO_TEST_CASE(its_digest_is_that_of_all_bytes) {
    BlobWriter writer(pool);
    writer.write("a");
    writer.write("bc");
    Batch batch;
    writer.finish(batch);
    BOOST_TEST(writer.sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_CASE(reading_may_begin_and_end_anywhere) {
    std::string const bytes = content(800'000);
    std::string const id = stored(bytes, 100'000);
    for (std::size_t const offset : {0UL, 1UL, 262'144UL, 500'000UL, 799'999UL, 800'000UL, 5'000'000UL}) {
        BOOST_TEST(
            (read(id, static_cast<std::int64_t>(offset)) == (offset < bytes.size() ? bytes.substr(offset) : "")));
    }
    int pieces = 0;
    readBlob(pool, id, 0, [&](std::string_view) { return ++pieces < 2; });
    BOOST_TEST(pieces == 2);
}

BOOST_AUTO_TEST_CASE(a_piece_that_is_missing_is_an_error_not_a_short_content) {
    std::string const id = stored(content(800'000), 100'000);
    database.execute("DELETE FROM blob_chunk WHERE n = 2");
    BOOST_CHECK_THROW(read(id), Error);
    BOOST_CHECK_THROW(read("00000000-0000-7000-8000-000000000000"), Error);
}

BOOST_AUTO_TEST_CASE(a_content_that_is_not_finished_cannot_be_read_and_is_removed) {
    std::string id;
    {
        BlobWriter writer(pool);
        writer.write(content(600'000));
        id = writer.id();
        BOOST_TEST(count("blob_chunk") == 2);
        BOOST_CHECK_THROW(read(id), Error);
    }
    BOOST_TEST(count("blob") == 0);
    BOOST_TEST(count("blob_chunk") == 0);
}

BOOST_AUTO_TEST_CASE(what_a_crash_leaves_is_swept_after_a_day) {
    std::string const kept = stored(content(300'000), 100'000);
    BlobWriter crashed(pool);
    crashed.write(content(300'000));
    Batch neverRun;
    crashed.finish(neverRun);
    BlobWriter young(pool);
    young.write(content(10));
    database.execute("UPDATE blob SET created_at = created_at - interval '25 hours' WHERE id <> '" + young.id() + "'");
    sweepBlobs(pool);
    BOOST_TEST(count("blob") == 2);
    BOOST_TEST(read(kept).size() == 300'000);
}

BOOST_AUTO_TEST_SUITE_END()
