//! baidi for the web: the handful of functions that JavaScript calls. What is asked and answered over them is the library's `counter`.

mod door;
