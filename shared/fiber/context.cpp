#include "shared/fiber/context.h"

#include <boost/context/protected_fixedsize_stack.hpp>
#include <cxxabi.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace kontor::fiber {

namespace {

constexpr std::size_t stackBytes = 256UL << 10U;

/// Stacks with a guard page, kept for the next fiber.
class StackAllocator {
  public:
    boost::context::stack_context allocate() {
        {
            std::lock_guard const lock(mutex());
            if (!kept().empty()) {
                auto const stack = kept().back();
                kept().pop_back();
                return stack;
            }
        }
        return boost::context::protected_fixedsize_stack(stackBytes).allocate();
    }
    void deallocate(boost::context::stack_context &stack) {
        {
            std::lock_guard const lock(mutex());
            if (kept().size() < 128) {
                kept().push_back(stack);
                return;
            }
        }
        boost::context::protected_fixedsize_stack(stackBytes).deallocate(stack);
    }

  private:
    static std::mutex &mutex() {
        static auto *instance = new std::mutex;  // outlives every thread
        return *instance;
    }
    static std::vector<boost::context::stack_context> &kept() {
        static auto *instance = new std::vector<boost::context::stack_context>;
        return *instance;
    }
};

}  // namespace

Fiber::Fiber() {
    StackAllocator allocator;
    auto const stack = allocator.allocate();
    stackSize_ = stack.size;
    stackBottom_ = static_cast<char *>(stack.sp) - stack.size;
    context_ =
        boost::context::fiber(std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack), allocator,
                              [this](boost::context::fiber &&caller) { return main(std::move(caller)); });
#if defined(__SANITIZE_THREAD__)
    threadFiber_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
    ending_ = true;
    resume();
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(threadFiber_);
#endif
}

void Fiber::assign(std::function<void()> work) {
    work_ = std::move(work);
    finished_ = false;
}

void Fiber::swapExceptionState() {
    auto *const current = reinterpret_cast<ExceptionState *>(abi::__cxa_get_globals());
    std::swap(*current, exceptions_);
}

void Fiber::resume() {
    swapExceptionState();
#if defined(__SANITIZE_ADDRESS__)
    void *fakeStack = nullptr;
    __sanitizer_start_switch_fiber(&fakeStack, stackBottom_, stackSize_);
#endif
#if defined(__SANITIZE_THREAD__)
    callerThreadFiber_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(threadFiber_, 0);
#endif
    context_ = std::move(context_).resume();
#if defined(__SANITIZE_THREAD__)
    // Only here: the frames that main() leaves on its way out belong to the fiber.
    if (ending_) __tsan_switch_to_fiber(callerThreadFiber_, 0);
#endif
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fakeStack, nullptr, nullptr);
#endif
    swapExceptionState();
}

void Fiber::suspend() {
#if defined(__SANITIZE_ADDRESS__)
    void *fakeStack = nullptr;
    __sanitizer_start_switch_fiber(&fakeStack, callerBottom_, callerSize_);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(callerThreadFiber_, 0);
#endif
    caller_ = std::move(caller_).resume();
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fakeStack, &callerBottom_, &callerSize_);
#endif
}

boost::context::fiber Fiber::main(boost::context::fiber &&caller) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &callerBottom_, &callerSize_);
#endif
    caller_ = std::move(caller);
    while (!ending_) {
        try {
            work_();
        } catch (const std::exception &failure) {
            // Whoever starts a fiber handles its errors; what arrives here is a defect.
            std::fprintf(stderr, "fiber ended by an exception: %s\n", failure.what());
            std::terminate();
        }
        work_ = nullptr;
        finished_ = true;
        suspend();
    }
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(nullptr, callerBottom_, callerSize_);
#endif
    return std::move(caller_);
}

}  // namespace kontor::fiber
