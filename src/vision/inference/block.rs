//! The weights of a layer, cut up as they are worked out.

/// What output channels are padded to a multiple of: a vector of AVX.
pub(super) const LANES: usize = 8;

/// How many pixels, or tiles, are worked out at a time where each has four vectors of sums, and where it has six: as many as leave all of them in registers, 32 of NEON, or 16 where a browser
/// makes code for most processors.
pub(super) const AT_A_TIME: [usize; 2] = if cfg!(target_arch = "wasm32") { [3, 2] } else { [6, 4] };

/// Some output channels, 8, 16 or 24, that are worked out together.
#[derive(Debug)]
pub(super) struct ChannelBlock {
    pub(super) width: usize,
    pub(super) bias: Vec<f32>,
    /// Row of the kernel, column of the kernel, input channel, output channel; transformed, where the layer is minimal.
    pub(super) weights: Vec<f32>,
}
