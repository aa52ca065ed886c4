//! What the networks share: U-Nets of residual blocks, four levels down and up again (`training/model.py`).

use super::weights::Loaded;
use super::{Conv, Keeping, Map, Pool, Weights, in_turn, sigmoid};

/// A dense 3 × 3 and a 1 × 1 convolution, added to what came in where the shapes agree.
#[derive(Debug)]
pub(crate) struct Fused {
    wide: Conv,
    narrow: Conv,
    residual: bool,
}

impl Fused {
    pub(crate) fn load(
        weights: &Weights<'_>,
        name: &str,
        channels: usize,
        stride: usize,
    ) -> Loaded<Self> {
        let wide = weights.conv(&format!("{name}.body.0.0"), channels, stride, true)?;
        let narrow = weights.conv(&format!("{name}.body.1.0"), wide.outputs(), 1, false)?;
        Ok(Self { residual: stride == 1 && narrow.outputs() == channels, wide, narrow })
    }

    /// Takes `input` and gives back its buffer.
    pub(crate) fn run(&self, input: Map, pool: &mut Pool) -> Map {
        let out = self.after(&input, pool);
        pool.give([input]);
        out
    }

    fn after(&self, input: &Map, pool: &mut Pool) -> Map {
        let wide = self.wide.run(input, None, pool);
        let out = self.narrow.run(&wide, self.residual.then_some(input), pool);
        pool.give([wide]);
        out
    }
}

/// Adds to every place a vector computed from the whole map.
#[derive(Debug)]
struct Context {
    squeeze: Conv,
    widen: Conv,
}

impl Context {
    fn load(weights: &Weights<'_>, name: &str, channels: usize) -> Loaded<Self> {
        let squeeze = weights.conv(&format!("{name}.fc.0"), channels, 1, true)?;
        let widen = weights.conv(&format!("{name}.fc.2"), squeeze.outputs(), 1, false)?;
        Ok(Self { squeeze, widen })
    }

    fn run(&self, mut input: Map, pool: &mut Pool) -> Map {
        let mut all = pool.map(1, 1, input.channels());
        all.row_mut(0).copy_from_slice(&input.mean());
        let squeezed = self.squeeze.run(&all, None, pool);
        let vector = self.widen.run(&squeezed, None, pool);
        input.add(vector.row(0));
        pool.give([all, squeezed, vector]);
        input
    }
}

/// Joins the level below, enlarged twice, with the encoder's level.
#[derive(Debug)]
pub(crate) struct Up {
    low: Conv,
    skip: Conv,
}

impl Up {
    pub(crate) fn load(weights: &Weights<'_>, name: &str, low: usize, skip: usize) -> Loaded<Self> {
        Ok(Self {
            low: weights.conv(&format!("{name}.low.0"), low, 1, false)?,
            skip: weights.conv(&format!("{name}.skip.0"), skip, 1, true)?,
        })
    }

    pub(crate) fn run(&self, low: &Map, skip: &Map, pool: &mut Pool) -> Map {
        let narrow = self.low.run(low, None, pool);
        let wide = narrow.doubled(pool);
        let out = self.skip.run(skip, Some(&wide), pool);
        pool.give([narrow, wide]);
        out
    }

    pub(crate) const fn outputs(&self) -> usize {
        self.skip.outputs()
    }
}

/// A layer of the encoder's third or fourth level.
#[derive(Debug)]
enum Layer {
    Fused(Fused),
    Context(Context),
}

/// Four levels down, and up again to the second.
#[derive(Debug)]
pub(crate) struct UNet {
    e1: Conv,
    e2: (Conv, Fused),
    e3: Vec<Layer>,
    e4: Vec<Layer>,
    u3: Up,
    d3: Fused,
    u2: Up,
    d2: Fused,
}

/// What a [`UNet`] gives: its first level, its coarsest, and the second on the way up.
pub(crate) struct Levels {
    /// Half the picture's height and width.
    pub(crate) first: Map,
    /// A sixteenth.
    pub(crate) coarsest: Map,
    /// A quarter.
    pub(crate) second: Map,
}

impl Levels {
    /// Gives the buffers back.
    pub(crate) fn give(self, pool: &mut Pool) {
        pool.give([self.first, self.coarsest, self.second]);
    }
}

impl UNet {
    /// The layers that `weights` holds, for pictures of `channels` channels.
    pub(crate) fn load(weights: &Weights<'_>, channels: usize) -> Loaded<Self> {
        let e1 = weights.conv("e1.0", channels, 2, true)?;
        let down = weights.conv("e2.0.0", e1.outputs(), 2, true)?;
        let fused = Fused::load(weights, "e2.1", down.outputs(), 1)?;
        let e2 = (down, fused);
        let e3 = layers(weights, "e3", e2.0.outputs())?;
        let e4 = layers(weights, "e4", outputs(&e3))?;
        let u3 = Up::load(weights, "u3", outputs(&e4), outputs(&e3))?;
        let d3 = Fused::load(weights, "d3", u3.outputs(), 1)?;
        let u2 = Up::load(weights, "u2", u3.outputs(), e2.0.outputs())?;
        let d2 = Fused::load(weights, "d2", u2.outputs(), 1)?;
        Ok(Self { e1, e2, e3, e4, u3, d3, u2, d2 })
    }

    /// Runs it on a picture whose height and width 16 divides. Takes it and gives back its buffer, as soon as the first level is there.
    pub(crate) fn run(&self, picture: Map, pool: &mut Pool) -> Levels {
        let first = self.e1.run(&picture, None, pool);
        pool.give([picture]);
        let (down, fused) = &self.e2;
        let second = fused.run(down.run(&first, None, pool), pool);
        let third = through(&self.e3, &second, pool);
        let coarsest = through(&self.e4, &third, pool);
        let third_up = self.d3.run(self.u3.run(&coarsest, &third, pool), pool);
        let second_up = self.d2.run(self.u2.run(&third_up, &second, pool), pool);
        pool.give([second, third, third_up]);
        Levels { first, coarsest, second: second_up }
    }

    /// Channels of the first level.
    pub(crate) const fn first_channels(&self) -> usize {
        self.e1.outputs()
    }

    /// Channels of the coarsest level.
    pub(crate) fn coarsest_channels(&self) -> usize {
        outputs(&self.e4)
    }

    /// Channels of the second level on the way up.
    pub(crate) const fn second_channels(&self) -> usize {
        self.u2.outputs()
    }
}

fn outputs(layers: &[Layer]) -> usize {
    layers
        .iter()
        .rev()
        .find_map(|l| match l {
            Layer::Fused(f) => Some(f.narrow.outputs()),
            Layer::Context(_) => None,
        })
        .unwrap_or(0)
}

/// The layers of a level, as many as the file holds; the first halves the map.
fn layers(weights: &Weights<'_>, level: &str, channels: usize) -> Loaded<Vec<Layer>> {
    let mut all = vec![Layer::Fused(Fused::load(weights, &format!("{level}.0"), channels, 2)?)];
    for place in 1.. {
        let name = format!("{level}.{place}");
        let channels = outputs(&all);
        if weights.holds(&format!("{name}.fc.0.weight")) {
            all.push(Layer::Context(Context::load(weights, &name, channels)?));
        } else if weights.holds(&format!("{name}.body.0.0.weight")) {
            all.push(Layer::Fused(Fused::load(weights, &name, channels, 1)?));
        } else {
            break;
        }
    }
    Ok(all)
}

/// Runs a level: its first layer on `input`, each other one on what the one before gave.
fn through(layers: &[Layer], input: &Map, pool: &mut Pool) -> Map {
    let mut now: Option<Map> = None;
    for layer in layers {
        now = Some(match (layer, now) {
            (Layer::Fused(fused), None) => fused.after(input, pool),
            (Layer::Fused(fused), Some(map)) => fused.run(map, pool),
            (Layer::Context(context), map) => {
                context.run(map.unwrap_or_else(|| input.clone()), pool)
            }
        });
    }
    now.unwrap_or_else(|| input.clone())
}

/// A U-Net that tells `KINDS` things of every place of its second level, four pixels wide: the head `signs` in `training/model.py`, and, where the file has one, `worn`.
#[derive(Debug)]
pub(crate) struct PlacesNet<const KINDS: usize> {
    unet: UNet,
    heads: Vec<Answers>,
}

/// A head: its convolutions, and of how many things the last one tells. Its map is as wide as vectors want it.
#[derive(Debug)]
struct Answers {
    layers: Vec<Conv>,
    kinds: usize,
}

impl<const KINDS: usize> PlacesNet<KINDS> {
    /// The network of `file`, whose input has `channels` channels.
    pub(crate) fn load(file: &[u8], channels: usize) -> Loaded<Self> {
        // each of these looks at a card once
        let weights = Weights::of(file, Keeping::Small)?;
        let unet = UNet::load(&weights, channels)?;
        let mut heads = vec![head(&weights, &unet, &["signs.0.0", "signs.1"])?];
        if weights.holds("worn.2.weight") {
            heads.push(head(&weights, &unet, &["worn.0.0", "worn.1.0", "worn.2"])?);
        }
        let answers: usize = heads.iter().map(|head| head.kinds).sum();
        if answers != KINDS {
            return Err(format!("{answers} answers a place for {KINDS}"));
        }
        Ok(Self { unet, heads })
    }

    /// How likely each of the things is at each place of what `input` shows, 0..=1, row by row. Takes it and gives back its buffer.
    pub(crate) fn told(&self, input: Map, pool: &mut Pool) -> [Vec<f32>; KINDS] {
        let levels = self.unet.run(input, pool);
        let maps: Vec<Map> =
            self.heads.iter().map(|head| in_turn(&head.layers, &levels.second, pool)).collect();
        levels.give(pool);
        let both = self.heads.iter().zip(&maps);
        let mut kinds = both.flat_map(|(head, map)| (0..head.kinds).map(move |kind| (map, kind)));
        let told = std::array::from_fn(|_| {
            kinds
                .next()
                .map_or_else(Vec::new, |(map, kind)| map.channel(kind).map(sigmoid).collect())
        });
        pool.give(maps);
        told
    }
}

/// A head of these layers, all but the last with a rectifier.
fn head(weights: &Weights<'_>, unet: &UNet, names: &[&str]) -> Loaded<Answers> {
    let mut layers: Vec<Conv> = Vec::new();
    let mut kinds = 0;
    for (n, name) in names.iter().enumerate() {
        let channels = layers.last().map_or(unet.second_channels(), Conv::outputs);
        layers.push(weights.conv(name, channels, 1, n + 1 < names.len())?);
        kinds = weights.tensor(&format!("{name}.bias"))?.1.len();
    }
    Ok(Answers { layers, kinds })
}
