#include "CComponents.h"

// Each file with a part leaves the address of one function in a section of its own name; the linker
// puts them side by side and names both ends. No part at all leaves the ends undefined, hence weak.
typedef void (*bancada_part)(void);

#if defined(__APPLE__)
extern bancada_part bancada_first[] __asm("section$start$__DATA$bancada_parts");
extern bancada_part bancada_last[] __asm("section$end$__DATA$bancada_parts");
#else
extern bancada_part bancada_first[] __asm__("__start_bancada_parts") __attribute__((weak));
extern bancada_part bancada_last[] __asm__("__stop_bancada_parts") __attribute__((weak));
#endif

void bancada_call_parts(void) {
    for (bancada_part *part = bancada_first; part != bancada_last; part++) {
        if (*part) (*part)();
    }
}
