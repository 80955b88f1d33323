/*
 * Put in front of every C file of durable-rules when its wheel is built.
 *
 * The engine reads memory that it never wrote: the context of a state node (freed when the state is
 * deleted) and the offset of a state that could not be found. Memory that starts as zeros turns
 * both into a null that the engine checks for. The guards of the adapter stay all the same.
 */
#include <stdlib.h>
#define malloc(size) calloc(1, (size))
