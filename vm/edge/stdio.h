#include "vm/edge/out.h"
