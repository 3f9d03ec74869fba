#pragma once

// What nearly every test begins with: the server with demo data that the environment names, and its answers.

#include "desktop/models/workspace.h"

#include <QSignalSpy>
#include <QTest>

#include <optional>

constexpr int demoPatience = 20'000;  // ms

inline void useDemo(kontor::desktop::Server &server) {
    server.setAddress(QUrl(qEnvironmentVariable("KONTOR_URL")));
    server.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
}

/// Asks for what there is, and waits until it is known.
[[nodiscard]] inline bool isLoaded(kontor::desktop::Workspace &workspace) {
    QSignalSpy const ready(&workspace, &kontor::desktop::Workspace::ready);
    workspace.load();
    return QTest::qWaitFor([&] { return !ready.isEmpty(); }, demoPatience);
}

[[nodiscard]] inline kontor::desktop::Answer answerOf(kontor::desktop::Server &server,
                                                      const kontor::desktop::Call &call) {
    std::optional<kontor::desktop::Answer> got;
    server.send(call, &server, [&got](const kontor::desktop::Answer &answer) { got = answer; });
    if (!QTest::qWaitFor([&got] { return got.has_value(); }, demoPatience)) qFatal("no answer at all");
    return *got;
}
