//! The weights of a network, by name: a safetensors file that is built into the program.

use safetensors::{Dtype, SafeTensors};

use super::conv::Conv;

/// The tensors of one file. Names are those of `training/model.py`, normalisation folded into the convolutions.
pub(crate) struct Weights<'a> {
    tensors: SafeTensors<'a>,
}

/// What was read of a file, or why it could not be.
pub(super) type Loaded<T> = Result<T, String>;

impl<'a> Weights<'a> {
    /// Reads the file's header.
    pub(crate) fn of(file: &'a [u8]) -> Loaded<Self> {
        SafeTensors::deserialize(file).map(|tensors| Self { tensors }).map_err(|e| e.to_string())
    }

    /// Whether there is a tensor of this name.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.tensors.names().contains(&name)
    }

    /// The shape and the values of a tensor.
    pub(crate) fn tensor(&self, name: &str) -> Loaded<(Vec<usize>, Vec<f32>)> {
        let view = self.tensors.tensor(name).map_err(|e| format!("{name}: {e}"))?;
        if view.dtype() != Dtype::F32 {
            return Err(format!("{name}: not f32"));
        }
        let values =
            view.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        Ok((view.shape().to_vec(), values))
    }

    /// The convolution called `name`, of `stride`, for maps of `channels` channels; with `relu` negative results become 0.
    pub(crate) fn conv(
        &self,
        name: &str,
        channels: usize,
        stride: usize,
        relu: bool,
    ) -> Loaded<Conv> {
        let (shape, weights) = self.tensor(&format!("{name}.weight"))?;
        let (_, bias) = self.tensor(&format!("{name}.bias"))?;
        match shape.as_slice() {
            &[outputs, inputs, height, width]
                if height == width && outputs == bias.len() && inputs <= channels =>
            {
                Ok(Conv::new(&weights, &bias, [inputs, channels], height, stride, relu))
            }
            _ => Err(format!("{name}: a shape of {shape:?} for {channels} channels")),
        }
    }
}
