//! The weights of a network, by name: a safetensors file that is built into the program.

use safetensors::{Dtype, SafeTensors};

use super::conv::{Conv, Keeping};
use super::depthwise::Depthwise;

/// The tensors of one file. Names are those of `training/model.py`, normalisation folded into the convolutions.
pub(crate) struct Weights<'a> {
    tensors: SafeTensors<'a>,
    keeping: Keeping,
}

/// What was read of a file, or why it could not be.
pub(crate) type Loaded<T> = Result<T, String>;

impl<'a> Weights<'a> {
    /// Reads the file's header; `keeping` is what is made of the layers' weights.
    pub(crate) fn of(file: &'a [u8], keeping: Keeping) -> Loaded<Self> {
        let tensors = SafeTensors::deserialize(file).map_err(|e| e.to_string())?;
        Ok(Self { tensors, keeping })
    }

    /// Whether there is a tensor of this name.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.tensors.names().contains(&name)
    }

    /// The shape and the values of a tensor. Of one in 8 bits the values of each output are whole numbers of a step, which the tensor `NAME.step` holds for each.
    pub(crate) fn tensor(&self, name: &str) -> Loaded<(Vec<usize>, Vec<f32>)> {
        let view = self.tensors.tensor(name).map_err(|e| format!("{name}: {e}"))?;
        let data = view.data();
        let values = match view.dtype() {
            Dtype::F32 => data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::F16 => {
                data.as_chunks().0.iter().map(|b| widened(u16::from_le_bytes(*b))).collect()
            }
            Dtype::I8 => {
                let (_, steps) = self.tensor(&format!("{name}.step"))?;
                let each = data.len() / steps.len().max(1);
                if each * steps.len() != data.len() || each == 0 {
                    return Err(format!(
                        "{name}: {} steps for {} weights",
                        steps.len(),
                        data.len()
                    ));
                }
                let mut values = vec![0.0; data.len()];
                let outputs = data.chunks_exact(each).zip(&steps);
                for (to, (o, &step)) in values.chunks_exact_mut(each).zip(outputs) {
                    to.iter_mut().zip(o).for_each(|(v, &b)| *v = f32::from(b as i8) * step);
                }
                values
            }
            other => return Err(format!("{name}: {other:?} instead of F32, F16 or I8")),
        };
        Ok((view.shape().to_vec(), values))
    }

    /// The convolutions of 3 × 3 called `body`, which cut off below zero, of these strides and for a picture of so many channels; and of how many their map is.
    pub(crate) fn body(
        &self,
        mut channels: usize,
        strides: &[usize],
    ) -> Loaded<(Vec<Conv>, usize)> {
        let mut body = Vec::new();
        for (i, stride) in strides.iter().enumerate() {
            // after each come its normalisation, which is folded into it, and what cuts off
            let conv = self.conv(&format!("body.{}", 3 * i), channels, *stride, true)?;
            channels = conv.outputs();
            body.push(conv);
        }
        Ok((body, channels))
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
                let channels = [inputs, channels];
                Ok(Conv::new(&weights, &bias, channels, height, stride, relu, self.keeping))
            }
            _ => Err(format!("{name}: a shape of {shape:?} for {channels} channels")),
        }
    }

    /// The depthwise convolution called `name`, of `stride`, for maps of `channels` channels.
    pub(crate) fn depthwise(
        &self,
        name: &str,
        channels: usize,
        stride: usize,
    ) -> Loaded<Depthwise> {
        let (shape, weights) = self.tensor(&format!("{name}.weight"))?;
        let (_, bias) = self.tensor(&format!("{name}.bias"))?;
        match shape.as_slice() {
            &[outputs, 1, height, width]
                if height == width && outputs == bias.len() && outputs == channels =>
            {
                Ok(Depthwise::new(&weights, bias, height, stride))
            }
            _ => Err(format!("{name}: a shape of {shape:?} for {channels} channels")),
        }
    }
}

/// The value of a half-precision number (IEEE 754-2008, binary16).
fn widened(half: u16) -> f32 {
    let (exponent, fraction) = (u32::from((half >> 10) & 0x1F), u32::from(half & 0x3FF));
    let magnitude = match exponent {
        0 => fraction as f32 / (1 << 24) as f32,
        0x1F => f32::from_bits((0xFF << 23) | (fraction << 13)),
        _ => f32::from_bits(((exponent + 112) << 23) | (fraction << 13)),
    };
    if half >> 15 == 1 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bits_are_whole_numbers_of_the_steps_of_each_output() {
        let bytes: Vec<u8> = [-127i8, 0, 2, 1, -1, 100].iter().map(|v| *v as u8).collect();
        let steps: Vec<u8> = [0.5f32, 0.01].iter().flat_map(|v| v.to_le_bytes()).collect();
        let view = |dtype, shape: Vec<usize>, data| {
            safetensors::tensor::TensorView::new(dtype, shape, data).expect("a tensor")
        };
        let whole = view(Dtype::I8, vec![2, 3], &bytes);
        let step = view(Dtype::F32, vec![2], &steps);
        let file =
            safetensors::serialize([("w", &whole), ("w.step", &step)], None).expect("a file");
        let (shape, values) =
            Weights::of(&file, Keeping::Small).expect("a header").tensor("w").expect("read");
        assert_eq!(shape, [2, 3]);
        assert_eq!(values, [-63.5, 0.0, 1.0, 0.01, -0.01, 1.0]);
        // steps of another number of outputs are an error, not a guess
        let file = safetensors::serialize(
            [("w", &whole), ("w.step", &view(Dtype::F32, vec![0], &[]))],
            None,
        )
        .expect("a file");
        let read = Weights::of(&file, Keeping::Small).expect("a header");
        assert!(read.tensor("w").is_err());
    }

    #[test]
    fn half_precision_is_read_as_ieee_754_says() {
        for (half, value) in [
            (0x0000, 0.0),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x3555, 0.333_251_95),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x7C00, f32::INFINITY),
        ] {
            assert_eq!(widened(half), value, "{half:#06x}");
        }
        assert!(widened(0x7E00).is_nan());
    }
}
