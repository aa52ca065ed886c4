//! The weights of a layer, cut up as they are worked out.

/// What output channels are padded to a multiple of: a vector of AVX.
pub(super) const LANES: usize = 8;

/// Some output channels, 8, 16 or 24, that are worked out together.
#[derive(Debug)]
pub(super) struct ChannelBlock {
    pub(super) width: usize,
    pub(super) bias: Vec<f32>,
    /// Row of the kernel, column of the kernel, input channel, output channel; transformed, where the layer is minimal.
    pub(super) weights: Vec<f32>,
}
