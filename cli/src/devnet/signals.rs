// SPDX-License-Identifier: Apache-2.0

//! The wish of whoever sits at the terminal that all of this may end.

use std::io;

use tokio::{
	signal::unix::{Signal, SignalKind, signal},
	sync::watch,
};

/// How often the end was asked for.
#[derive(Clone, Debug)]
pub struct Interrupts {
	count: watch::Receiver<usize>,
}

impl Interrupts {
	/// Counts SIGINT, SIGTERM and SIGHUP from now on. None of them ends this program by itself any more.
	///
	/// # Errors
	///
	/// If the system gives no signals.
	pub fn listen() -> io::Result<Self> {
		let mut signals = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()]
			.into_iter()
			.map(signal)
			.collect::<io::Result<Vec<_>>>()?;
		let (sender, count) = watch::channel(0);
		tokio::spawn(async move {
			loop {
				let any = futures::future::select_all(signals.iter_mut().map(received));
				any.await;
				sender.send_modify(|count| *count += 1);
			}
		});
		Ok(Self { count })
	}

	/// Waits until the end was asked for so often; for ever if it never is.
	pub async fn wait(&self, times: usize) {
		if self.count.clone().wait_for(|count| *count >= times).await.is_err() {
			std::future::pending::<()>().await;
		}
	}

	/// How often it was asked for.
	pub fn count(&self) -> usize {
		*self.count.borrow()
	}
}

fn received(signal: &mut Signal) -> futures::future::BoxFuture<'_, ()> {
	Box::pin(async move {
		signal.recv().await;
	})
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use rustix::process::{Signal, getpid, kill_process};
	use std::time::Duration;
	use tokio::time::timeout;

	#[tokio::test]
	async fn each_signal_should_count() {
		let interrupts = Interrupts::listen().unwrap();
		assert_eq!(interrupts.count(), 0);
		let soon = Duration::from_secs(10);
		for (times, signal) in [(1, Signal::INT), (2, Signal::TERM), (3, Signal::HUP)] {
			let early = timeout(Duration::from_millis(20), interrupts.wait(times)).await;
			assert!(early.is_err(), "nobody has asked for the {times}th time");
			kill_process(getpid(), signal).unwrap();
			timeout(soon, interrupts.wait(times)).await.unwrap();
			assert_eq!(interrupts.count(), times);
		}
	}
}
