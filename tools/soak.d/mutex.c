// Tells the thread sanitizer of Swift's Mutex. Its fast path stands in our code, where the sanitizer sees it; its slow path
// stands in the standard library, which is not instrumented, so that whatever a mutex guards would be called a race.
// The linker puts these in the place of the slow path (--wrap).
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

void __tsan_acquire(void *address);
void __tsan_release(void *address);

SWIFT void slow_lock(uint32_t thread, SELF) __asm__("__real_" LOCK);
SWIFT void slow_unlock(SELF) __asm__("__real_" UNLOCK);
SWIFT void lock(uint32_t thread, SELF) __asm__("__wrap_" LOCK);
SWIFT void unlock(SELF) __asm__("__wrap_" UNLOCK);

SWIFT void lock(uint32_t thread, SELF) {
  slow_lock(thread, mutex);
  __tsan_acquire(mutex);
}

SWIFT void unlock(SELF) {
  __tsan_release(mutex);
  slow_unlock(mutex);
}
