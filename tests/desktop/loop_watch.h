#pragma once

// How long the event loop does not come round: what the user feels as a window that hangs.

#include <QApplication>
#include <QFile>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

/// A thread that knocks every few milliseconds and takes the longest time without an answer. Time in which the loop was
/// ready to run and had no processor is not its fault: /proc/PID/task/TID/schedstat tells it (proc(5)).
class LoopWatch {
  public:
    LoopWatch() : loop_(gettid()), knocking_([this] { knock(); }) {}
    ~LoopWatch() {
        isOver_ = true;
        knocking_.join();
    }
    LoopWatch(const LoopWatch &) = delete;
    LoopWatch &operator=(const LoopWatch &) = delete;

    void begin() { longest_ = 0; }
    /// Milliseconds since begin().
    [[nodiscard]] qint64 longest() const { return longest_; }
    /// Nobody takes the window for one that hangs.
    [[nodiscard]] bool isQuick() const { return longest_ < longestBlock; }
    [[nodiscard]] QByteArray told() const {
        return "the event loop stood still for " + QByteArray::number(longest_) + " ms";
    }

  private:
    static constexpr qint64 longestBlock = 250;

    void knock() {
        using std::chrono::milliseconds;
        while (!isOver_) {
            auto const since = std::chrono::steady_clock::now();
            qint64 const waited = waitedForProcessor();
            answered_ = false;
            QMetaObject::invokeMethod(
                qApp, [this] { answered_ = true; }, Qt::QueuedConnection);
            while (!answered_ && !isOver_) std::this_thread::sleep_for(milliseconds(1));
            auto const took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - since);
            qint64 const blocked = took.count() - (waitedForProcessor() - waited) / 1'000'000;
            longest_ = std::max<qint64>(longest_, blocked);
            std::this_thread::sleep_for(milliseconds(2));
        }
    }
    /// Nanoseconds, since the thread began.
    [[nodiscard]] qint64 waitedForProcessor() const {
        QFile file(QString("/proc/self/task/%1/schedstat").arg(loop_));
        if (!file.open(QIODevice::ReadOnly)) return 0;
        return file.readAll().split(' ').value(1).toLongLong();
    }

    pid_t loop_;
    std::atomic<bool> isOver_ = false;
    std::atomic<bool> answered_ = false;
    std::atomic<qint64> longest_ = 0;
    std::thread knocking_;  // after what it uses
};
