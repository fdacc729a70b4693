// SPDX-License-Identifier: Apache-2.0

//! What has changed, for those who wait for it.

use crate::engine::{Engine, EngineEvent};
use ligature_operator_api::TransactionHash;
use ligature_primitives::ids::BlockNumber;
use ligature_service_kit::Shutdown;
use std::sync::Arc;
use tokio::sync::broadcast::{self, error::RecvError};

/// Notices that a slow listener may fall behind.
const QUEUE: usize = 4_096;

/// Something has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
	/// A block was built, has reached a stage on a chain, or has all its proofs.
	Block(BlockNumber),
	/// A transaction was dropped.
	Refused(TransactionHash),
	/// The blocks above were taken back.
	Reverted(BlockNumber),
}

/// Hands on notices. Clones are the same.
#[derive(Clone, Debug)]
pub struct Notices {
	sender: Arc<broadcast::Sender<Notice>>,
}

impl Default for Notices {
	fn default() -> Self {
		Self { sender: Arc::new(broadcast::Sender::new(QUEUE)) }
	}
}

impl Notices {
	/// Tells all who listen.
	pub fn tell(&self, notice: Notice) {
		// It fails when nobody listens.
		let _ = self.sender.send(notice);
	}

	/// Listens from now on.
	pub fn listen(&self) -> broadcast::Receiver<Notice> {
		self.sender.subscribe()
	}

	/// Hands on what the engine tells, until the end is asked for.
	pub async fn follow(self, engine: Engine, shutdown: Shutdown) {
		let mut events = engine.events();
		loop {
			let event = tokio::select! {
				event = events.recv() => event,
				() = shutdown.wait() => break,
			};
			match event {
				Ok(EngineEvent::Built(number)) => self.tell(Notice::Block(number)),
				Ok(EngineEvent::Refused(hash)) => self.tell(Notice::Refused(hash)),
				Ok(EngineEvent::Reverted { to, .. }) => self.tell(Notice::Reverted(to)),
				Err(RecvError::Lagged(missed)) => {
					tracing::warn!(missed, "notices come too late for some events");
				},
				Err(RecvError::Closed) => break,
			}
		}
	}
}
