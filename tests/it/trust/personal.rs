//! Nothing of people leaves unmasked unless it is asked for, and no run talks to anybody.
