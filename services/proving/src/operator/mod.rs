// SPDX-License-Identifier: Apache-2.0

//! The operator's JSON-RPC, for threads that wait for an answer.
//!
//! Provers are threads, not tasks. The connection lives on a runtime of its own with one thread, so that it is
//! served while nobody calls; a call waits for its answer, for a limited time, and ends at once when the prover is to
//! stop.

mod calls;

pub(crate) use calls::{BlockName, Caller, part_of};

use jsonrpsee::{
	core::client,
	http_client::{HttpClient, HttpClientBuilder},
	types::error::{INTERNAL_ERROR_CODE, OVERSIZED_RESPONSE_CODE, SERVER_IS_BUSY_CODE},
};
use ligature_operator_api::code;
use ligature_prover::watch::{CancelFlag, Watch};
use std::{
	fmt, io,
	sync::{
		Arc,
		atomic::{AtomicBool, Ordering},
		mpsc::{self, RecvTimeoutError},
	},
	time::Duration,
};
use tokio::runtime::{Builder, Runtime};

/// How long a small answer may take.
const SMALL: Duration = Duration::from_secs(5);
/// How long a block may take.
const MEDIUM: Duration = Duration::from_secs(20);
/// How long the states of all chains may take.
const LARGE: Duration = Duration::from_secs(120);
/// How long a share is tried to be given back by a prover that is to stop.
const LAST: Duration = Duration::from_secs(2);
/// How often a call looks whether it is still wanted.
const BEAT: Duration = Duration::from_millis(50);
/// The longest answer, in bytes. States are what takes most: so in hexadecimal half a gigabyte of them.
const MOST_BYTES: u32 = 1 << 30;

/// Why an operator cannot even be called.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
	/// The address is none.
	#[error("`{url}` is not the address of an operator: {reason}; write http://HOST:PORT")]
	Address {
		/// What was given.
		url: String,
		/// What is wrong with it.
		reason: String,
	},
	/// There is no thread for the connection.
	#[error("the connection to the operator gets no thread: {0}")]
	Thread(#[from] io::Error),
	/// There is no name for this prover.
	#[error("the system has no random numbers for the name of the prover: {0}")]
	Random(#[from] getrandom::Error),
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
	/// Nobody answers, or not in time.
	#[error(
		"the operator at {url} cannot be reached: {reason}; is it running, and is the address right?"
	)]
	Unreachable {
		/// Its address.
		url: String,
		/// Why.
		reason: String,
	},
	/// It says that it will not, or cannot.
	#[error("the operator at {url} answers with error {code}: {message}")]
	Refused {
		/// Its address.
		url: String,
		/// The code of the error.
		code: i32,
		/// Its message.
		message: String,
	},
	/// What it answers makes no sense.
	#[error(
		"the operator at {url} answers what is no answer: {reason}; is it an operator, and of this release?"
	)]
	Nonsense {
		/// Its address.
		url: String,
		/// What is wrong with it.
		reason: String,
	},
	/// The prover is to stop.
	#[error("the call was not waited for, since the prover is to stop")]
	Stopped,
}

impl CallError {
	/// Whether the same call may well succeed a little later, so that nothing is wrong but the time.
	pub fn passes(&self) -> bool {
		match self {
			Self::Unreachable { .. } | Self::Stopped => true,
			Self::Refused { code, .. } => {
				[code::NOT_NOW, code::INTERNAL, INTERNAL_ERROR_CODE, SERVER_IS_BUSY_CODE]
					.contains(code)
			},
			Self::Nonsense { .. } => false,
		}
	}
}

/// An operator. Clones are the same connection.
#[derive(Clone)]
pub struct Operator(Arc<Inner>);

struct Inner {
	url: String,
	client: HttpClient,
	/// There until the last clone goes.
	runtime: Option<Runtime>,
	stop: CancelFlag,
	/// Whether the last call found nobody, so that the log says it once.
	down: AtomicBool,
}

impl fmt::Debug for Operator {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_tuple("Operator").field(&self.0.url).finish()
	}
}

impl Drop for Inner {
	fn drop(&mut self) {
		// Waiting for its thread would be a panic in an async task, and there is nothing to wait for.
		if let Some(runtime) = self.runtime.take() {
			runtime.shutdown_background();
		}
	}
}

/// A client of the operator at this address.
pub(crate) fn client_of(url: &str) -> Result<HttpClient, OperatorError> {
	let address = |reason: &dyn fmt::Display| {
		let reason = reason.to_string();
		OperatorError::Address { url: url.into(), reason }
	};
	let (scheme, rest) = url.split_once("://").ok_or_else(|| address(&"there is no :// in it"))?;
	// The operator speaks HTTP and WebSocket on one port. A prover calls and never subscribes: HTTP is all
	// that it needs, whatever connection the address was written for.
	let target = match scheme {
		"http" | "ws" => format!("http://{rest}"),
		"https" | "wss" => format!("https://{rest}"),
		_ => return Err(address(&"it begins with none of http://, https://, ws:// and wss://")),
	};
	HttpClientBuilder::default()
		.max_response_size(MOST_BYTES)
		// Each call has a time of its own below.
		.request_timeout(LARGE)
		.build(target)
		.map_err(|error| address(&error))
}

impl Operator {
	/// The operator at this address; nobody has to be there yet. After `stop` no call waits for an answer.
	///
	/// # Errors
	///
	/// [`OperatorError`].
	pub fn new(url: &str, stop: CancelFlag) -> Result<Self, OperatorError> {
		let client = client_of(url)?;
		let runtime = Builder::new_multi_thread()
			.worker_threads(1)
			.thread_name("prover-operator")
			.enable_all()
			.build()?;
		let (url, down) = (url.to_owned(), AtomicBool::new(false));
		Ok(Self(Arc::new(Inner { url, client, runtime: Some(runtime), stop, down })))
	}

	/// Its address.
	pub fn url(&self) -> &str {
		&self.0.url
	}

	/// Calls, and waits until there is an answer, `patience` is over, or nobody wants it any more.
	fn call<T, F>(
		&self,
		patience: Duration,
		unwanted: &dyn Fn() -> bool,
		call: impl FnOnce(HttpClient) -> F,
	) -> Result<T, CallError>
	where
		T: Send + 'static,
		F: Future<Output = Result<T, client::Error>> + Send + 'static,
	{
		if unwanted() {
			return Err(CallError::Stopped);
		}
		let runtime = self.0.runtime.as_ref().expect("it is there until this is dropped; qed");
		let (sender, receiver) = mpsc::channel();
		let call = call(self.0.client.clone());
		let task = runtime.spawn(async move {
			// Nobody may wait any more.
			let _ = sender.send(tokio::time::timeout(patience, call).await);
		});
		let answer = loop {
			match receiver.recv_timeout(BEAT) {
				Ok(Ok(answer)) => break answer.map_err(|error| self.error(error)),
				Ok(Err(_)) => break Err(self.unreachable(&"it does not answer in time")),
				Err(RecvTimeoutError::Timeout) if unwanted() => {
					task.abort();
					return Err(CallError::Stopped);
				},
				Err(RecvTimeoutError::Timeout) => {},
				Err(RecvTimeoutError::Disconnected) => {
					break Err(self.unreachable(&"the call ended without an answer"));
				},
			}
		};
		self.note(&answer);
		answer
	}

	/// Calls by somebody who waits for an answer only as long as this watch wants anything.
	pub(crate) fn caller<'a>(&'a self, watch: &'a dyn Watch) -> Caller<'a> {
		Caller { operator: self, watch }
	}

	/// Says in the log when the operator goes and when it comes back.
	fn note<T>(&self, answer: &Result<T, CallError>) {
		match answer {
			Err(error @ CallError::Unreachable { .. }) => {
				if !self.0.down.swap(true, Ordering::Relaxed) {
					log::warn!("{error} (it is tried again)");
				}
			},
			_ => {
				if self.0.down.swap(false, Ordering::Relaxed) {
					log::info!("the operator at {} answers again", self.0.url);
				}
			},
		}
	}

	fn unreachable(&self, reason: &dyn fmt::Display) -> CallError {
		CallError::Unreachable { url: self.0.url.clone(), reason: reason.to_string() }
	}

	fn error(&self, error: client::Error) -> CallError {
		let url = self.0.url.clone();
		match error {
			client::Error::Call(object) => {
				let (code, message) = (object.code(), object.message().to_owned());
				let message = match code {
					OVERSIZED_RESPONSE_CODE => format!("{message}; it must allow longer answers"),
					_ => message,
				};
				CallError::Refused { url, code, message }
			},
			client::Error::Transport(error) => {
				// The outermost error says no more than that there is one.
				let mut reason = error.to_string();
				let mut source = error.source();
				while let Some(cause) = source {
					reason = format!("{reason}: {cause}");
					source = cause.source();
				}
				self.unreachable(&reason)
			},
			error @ client::Error::RequestTimeout => self.unreachable(&error),
			error => CallError::Nonsense { url, reason: error.to_string() },
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Instant;

	#[test]
	fn what_is_no_address_should_be_refused_with_the_reason() {
		for (url, reason) in [
			("127.0.0.1:9944", "no :// in it"),
			("ftp://127.0.0.1", "begins with none of http://"),
			("http://", "host"),
		] {
			let error = Operator::new(url, CancelFlag::default()).unwrap_err().to_string();
			assert!(error.contains(reason) && error.contains("http://HOST:PORT"), "{error}");
		}
		for url in ["http://127.0.0.1:1", "ws://127.0.0.1:1"] {
			assert_eq!(Operator::new(url, CancelFlag::default()).unwrap().url(), url);
		}
	}

	#[test]
	fn nobody_there_should_be_unreachable() {
		let operator = Operator::new("http://127.0.0.1:1", CancelFlag::default()).unwrap();
		let error = operator.caller(&()).wanted().unwrap_err();
		assert!(matches!(error, CallError::Unreachable { .. }) && error.passes(), "{error}");
		assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
	}

	#[test]
	fn a_call_should_not_outlive_the_wish_to_stop() {
		// It takes connections, and never says anything.
		let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
		let stop = CancelFlag::default();
		let url = format!("http://{}", silent.local_addr().unwrap());
		let operator = Operator::new(&url, stop.clone()).unwrap();
		let started = Instant::now();
		std::thread::scope(|scope| {
			let call = scope.spawn(|| operator.caller(&()).wanted());
			std::thread::sleep(Duration::from_millis(200));
			assert!(!call.is_finished());
			stop.cancel();
			assert!(matches!(call.join().unwrap(), Err(CallError::Stopped)));
		});
		assert!(started.elapsed() < SMALL);
		assert!(matches!(operator.caller(&()).wanted(), Err(CallError::Stopped)));
	}

	#[test]
	fn an_operator_should_be_dropped_anywhere() {
		let operator = Operator::new("http://127.0.0.1:1", CancelFlag::default()).unwrap();
		let runtime = Builder::new_current_thread().build().unwrap();
		runtime.block_on(async move { drop(operator) });
	}
}
