// SPDX-License-Identifier: Apache-2.0

//! The wish to end, which every task of a service can wait for.

use std::io;
use tokio::{
	signal::unix::{SignalKind, signal},
	sync::watch,
};

/// What a process gives back that was told to end a second time: 128 and the number of SIGINT.
const IMPATIENT: i32 = 130;

/// The wish to end. Once it is there it stays.
#[derive(Clone, Debug)]
pub struct Shutdown {
	requested: watch::Receiver<bool>,
}

/// Asks for the end. Dropping it asks, too: whoever would ask is gone.
#[derive(Debug)]
pub struct Trigger {
	requested: watch::Sender<bool>,
}

impl Shutdown {
	/// The end is asked for by SIGINT or SIGTERM. A second signal ends the process at once, for a
	/// graceful end that takes too long.
	///
	/// # Errors
	///
	/// If the system gives no signals. Must be called in a runtime of tokio.
	pub fn on_signals() -> io::Result<Self> {
		let mut interrupt = signal(SignalKind::interrupt())?;
		let mut terminate = signal(SignalKind::terminate())?;
		let (shutdown, trigger) = Self::manual();
		tokio::spawn(async move {
			for first in [true, false] {
				let name = tokio::select! {
					_ = interrupt.recv() => "SIGINT",
					_ = terminate.recv() => "SIGTERM",
				};
				if first {
					tracing::info!("{name}: ending; a second signal ends at once");
					trigger.request();
				} else {
					tracing::warn!("{name} again: ending at once");
					std::process::exit(IMPATIENT);
				}
			}
		});
		Ok(shutdown)
	}

	/// The end is asked for by the trigger.
	pub fn manual() -> (Self, Trigger) {
		let (sender, receiver) = watch::channel(false);
		(Self { requested: receiver }, Trigger { requested: sender })
	}

	/// Waits until the end is asked for.
	pub async fn wait(&self) {
		// An error says that the trigger is gone, which asks as well.
		let _ = self.requested.clone().wait_for(|requested| *requested).await;
	}

	/// Whether the end is asked for.
	pub fn requested(&self) -> bool {
		*self.requested.borrow()
	}
}

impl Trigger {
	/// Asks for the end.
	pub fn request(&self) {
		self.requested.send_replace(true);
	}
}

impl Drop for Trigger {
	fn drop(&mut self) {
		self.request();
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use rustix::process::{Signal, getpid, kill_process};
	use std::time::Duration;
	use tokio::time::timeout;

	const SOON: Duration = Duration::from_secs(10);

	#[tokio::test]
	async fn a_request_should_reach_everybody_and_stay() {
		let (shutdown, trigger) = Shutdown::manual();
		let other = shutdown.clone();
		let waiting = tokio::spawn(async move { other.wait().await });
		assert!(!shutdown.requested());
		let early = timeout(Duration::from_millis(20), shutdown.wait()).await;
		assert!(early.is_err(), "nobody has asked");
		trigger.request();
		timeout(SOON, waiting).await.expect("it is asked for").expect("no panic");
		assert!(shutdown.requested());
		timeout(SOON, shutdown.wait()).await.expect("it stays asked for");
	}

	#[tokio::test]
	async fn a_dropped_trigger_should_be_a_request() {
		let (shutdown, trigger) = Shutdown::manual();
		drop(trigger);
		assert!(shutdown.requested());
		timeout(SOON, shutdown.wait()).await.expect("it is asked for");
	}

	#[tokio::test]
	async fn a_signal_should_be_a_request() {
		let shutdown = Shutdown::on_signals().expect("unix");
		assert!(!shutdown.requested());
		kill_process(getpid(), Signal::TERM).expect("our own process");
		timeout(SOON, shutdown.wait()).await.expect("the signal was sent");
		assert!(shutdown.requested());
	}
}
