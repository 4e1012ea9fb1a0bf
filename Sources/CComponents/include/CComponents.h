#pragma once

/// Calls every function that a file of Components has put into the section of its parts, in the
/// order of the link.
void bancada_call_parts(void);
