//! Runs the built-in networks: pure Rust, one thread, the same values every time.

use std::fmt;
use std::sync::Arc;

use rten::{Model, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use crate::error::{Error, Result};

/// A network that is loaded once per process: one input, some outputs.
pub(crate) struct Graph {
    model: Model,
    input: NodeId,
    outputs: Vec<NodeId>,
}

impl Graph {
    /// Reads an ONNX file built into the program; the reason where it does not load or lacks one of the names.
    pub(crate) fn load(
        onnx: &'static [u8],
        input: &str,
        outputs: &[&str],
    ) -> std::result::Result<Self, String> {
        let model = Model::load_static_slice(onnx).map_err(|e| e.to_string())?;
        let id = |name: &str| model.node_id(name).map_err(|e| e.to_string());
        let outputs = outputs.iter().map(|o| id(o)).collect::<std::result::Result<_, _>>()?;
        Ok(Self { input: id(input)?, outputs, model })
    }
}

/// A graph and the thread it runs on.
#[derive(Clone)]
pub(crate) struct Runner {
    stage: &'static str,
    graph: &'static Graph,
    pool: Arc<ThreadPool>,
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl Runner {
    /// Ready to run what was loaded on one thread of its own; errors call it `stage`.
    ///
    /// # Errors
    /// [`Error::Internal`] when it did not load.
    pub(crate) fn new(
        stage: &'static str,
        loaded: &'static std::result::Result<Graph, String>,
    ) -> Result<Self> {
        let graph =
            loaded.as_ref().map_err(|reason| Error::Internal { stage, reason: reason.clone() })?;
        Ok(Self { stage, graph, pool: Arc::new(ThreadPool::with_num_threads(1)) })
    }

    /// The outputs, flattened, for `input`: `shape` is batch, channels, height, width, and their product is the length of `input`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the network refuses the input or gives something else than `f32`.
    pub(crate) fn run(&self, shape: [usize; 4], input: Vec<f32>) -> Result<Vec<Vec<f32>>> {
        let failed = |reason: String| Error::Internal { stage: self.stage, reason };
        if shape.iter().product::<usize>() != input.len() {
            return Err(failed(format!("{} values for a shape of {shape:?}", input.len())));
        }
        let input = NdTensor::from_data(shape, input);
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::clone(&self.pool));
        let out = self
            .graph
            .model
            .run(vec![(self.graph.input, input.view().into())], &self.graph.outputs, Some(options))
            .map_err(|e| failed(e.to_string()))?;
        out.into_iter()
            .map(|value| {
                let tensor: Tensor<f32> =
                    value.try_into().map_err(|_| failed("an output that is not f32".to_owned()))?;
                Ok(tensor.to_vec())
            })
            .collect()
    }
}
