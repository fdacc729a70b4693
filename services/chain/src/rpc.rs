// SPDX-License-Identifier: Apache-2.0

//! JSON-RPC to one node: a WebSocket that is built anew when it is lost.
//!
//! [`Rpc`] is what subxt's methods run on ([`RpcClientT`]). A task of its own, the *keeper*, waits for the end of
//! the connection and then tries to get another one, with growing pauses; it ends with the last handle. A call while there is
//! none waits for it, up to the time within which it would have to be answered; then it errs with [`Lost`]. What was
//! under way when the connection broke errs at once: whether it was done nobody knows, so nothing is repeated here.

use crate::error::ChainError;
use futures::TryStreamExt;
use jsonrpsee::{
	core::{
		client::{ClientT, Error as ClientError, SubscriptionClientT, SubscriptionKind},
		traits::ToRpcParams,
	},
	types::SubscriptionId,
	ws_client::{PingConfig, WsClient, WsClientBuilder},
};
use ligature_primitives::header::Digest;
use serde_json::value::RawValue;
use std::{sync::Arc, time::Duration};
use subxt::{
	SubstrateConfig,
	config::{RpcConfigFor, substrate::SubstrateHeader},
	rpcs::{
		Error as RpcError, LegacyRpcMethods, RpcClient, RpcClientT, UserError,
		client::{RawRpcFuture, RawRpcSubscription},
	},
	utils::H256,
};
use tokio::{
	sync::watch,
	task::AbortHandle,
	time::{Instant, sleep, timeout, timeout_at},
};

/// A header of a chain's block.
pub(crate) type BlockHeader = SubstrateHeader<H256>;

/// The methods of a node.
pub(crate) type Methods = LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>;

/// Most bytes of a request or an answer: a full block of 5 MiB is twice as long in hexadecimal digits.
const MAX_MESSAGE: u32 = 32 * 1024 * 1024;

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
	/// A call that has no answer after this time errs.
	pub answer: Duration,
	/// After a lost connection, or a failed attempt, so long until the next attempt; then twice as long, and so on.
	pub first_pause: Duration,
	/// The longest of these pauses.
	pub longest_pause: Duration,
	/// A connection on which nothing came for so long, not even the answer to a ping, counts as lost.
	pub silence: Duration,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			answer: Duration::from_secs(10),
			first_pause: Duration::from_millis(250),
			longest_pause: Duration::from_secs(5),
			silence: Duration::from_secs(20),
		}
	}
}

/// There is no connection, or it does not work.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Lost(pub String);

/// The connection, as the keeper has it.
#[derive(Clone)]
enum Link {
	Up(Arc<WsClient>),
	Down(String),
}

/// A handle to the connection.
#[derive(Clone)]
pub(crate) struct Rpc(Arc<Shared>);

struct Shared {
	url: String,
	limits: Limits,
	link: watch::Receiver<Link>,
	keeper: AbortHandle,
}

impl Drop for Shared {
	fn drop(&mut self) {
		self.keeper.abort();
	}
}

impl Rpc {
	/// Connects, in one attempt, and reads the genesis hash: a node of another chain at the same address will not
	/// be taken for this one later.
	pub async fn connect(url: &str, limits: Limits) -> Result<(Self, Digest), ChainError> {
		let bad = |reason: &str| ChainError::Url { url: url.into(), reason: reason.into() };
		let host = url.strip_prefix("ws://").or_else(|| url.strip_prefix("wss://"));
		match host {
			None => return Err(bad("it does not begin with ws:// or wss://")),
			Some(host) if host.is_empty() || host.starts_with([':', '/']) => {
				return Err(bad("it names no host"));
			},
			Some(_) => {},
		}
		let unreachable = |Lost(reason)| ChainError::Unreachable { url: url.into(), reason };
		let client = open(url, &limits).await.map_err(unreachable)?;
		let genesis = genesis(&client, &limits).await.map_err(unreachable)?;
		let client = Arc::new(client);
		let (sender, link) = watch::channel(Link::Up(client.clone()));
		let keeper = Keeper { url: url.into(), limits, genesis, link: sender };
		let keeper = tokio::spawn(keeper.run(client)).abort_handle();
		Ok((Self(Arc::new(Shared { url: url.into(), limits, link, keeper })), genesis))
	}

	pub fn methods(&self) -> Methods {
		Methods::new(RpcClient::new(self.clone()))
	}

	pub fn url(&self) -> &str {
		&self.0.url
	}

	pub fn limits(&self) -> &Limits {
		&self.0.limits
	}

	pub fn connected(&self) -> bool {
		matches!(&*self.0.link.borrow(), Link::Up(client) if client.is_connected())
	}

	/// What an error of a method means here.
	pub fn error(&self, method: &str, error: RpcError) -> ChainError {
		match error {
			RpcError::User(UserError { code, message, data }) => {
				let data = data.map(|data| data.get().trim_matches('"').to_owned());
				let message = match data {
					Some(data) if !data.is_empty() => format!("{message}: {data}"),
					_ => message,
				};
				ChainError::Refused { method: method.into(), code, message }
			},
			RpcError::Client(error) => {
				ChainError::Unreachable { url: self.0.url.clone(), reason: error.to_string() }
			},
			other => ChainError::decode(format!("the answer to {method}"), other),
		}
	}

	/// The connection, as soon as there is one, by the deadline.
	async fn client(&self, deadline: Instant) -> Result<Arc<WsClient>, Lost> {
		let mut link = self.0.link.clone();
		let up = link.wait_for(|link| matches!(link, Link::Up(client) if client.is_connected()));
		let reason = match timeout_at(deadline, up).await {
			Ok(Ok(link)) => match &*link {
				Link::Up(client) => return Ok(client.clone()),
				Link::Down(reason) => reason.clone(),
			},
			Ok(Err(_)) => "the connection was given up".into(),
			Err(_) => match &*self.0.link.borrow() {
				Link::Down(reason) => reason.clone(),
				Link::Up(_) => "the connection was lost".into(),
			},
		};
		Err(Lost(reason))
	}

	/// Waits for the answer, and not longer than the limit.
	async fn within<T>(
		&self,
		method: &str,
		call: impl AsyncFnOnce(&WsClient) -> Result<T, ClientError>,
	) -> Result<T, RpcError> {
		let deadline = Instant::now() + self.0.limits.answer;
		let lost = |lost| RpcError::Client(Box::new(lost));
		let client = self.client(deadline).await.map_err(lost)?;
		let late = || {
			let after = self.0.limits.answer;
			lost(Lost(format!("no answer to {method} within {after:?}")))
		};
		match timeout_at(deadline, call(&client)).await {
			Ok(Ok(answer)) => Ok(answer),
			Err(_) | Ok(Err(ClientError::RequestTimeout)) => Err(late()),
			Ok(Err(ClientError::Call(error))) => Err(RpcError::User(UserError {
				code: error.code(),
				message: error.message().into(),
				data: error.data().map(ToOwned::to_owned),
			})),
			Ok(Err(ClientError::ParseError(error))) => Err(RpcError::Deserialization(error)),
			Ok(Err(error)) => Err(lost(Lost(error.to_string()))),
		}
	}
}

impl RpcClientT for Rpc {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(self.within(method, async |client| client.request(method, Params(params)).await))
	}

	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(async move {
			let stream = self
				.within(sub, async |client| {
					client.subscribe::<Box<RawValue>, _>(sub, Params(params), unsub).await
				})
				.await?;
			let id = match stream.kind() {
				SubscriptionKind::Subscription(SubscriptionId::Str(id)) => Some(id.to_string()),
				_ => None,
			};
			let stream = Box::pin(stream.map_err(RpcError::Deserialization));
			Ok(RawRpcSubscription { stream, id })
		})
	}
}

/// Parameters that are JSON already.
struct Params(Option<Box<RawValue>>);

impl ToRpcParams for Params {
	fn to_rpc_params(self) -> Result<Option<Box<RawValue>>, serde_json::Error> {
		Ok(self.0)
	}
}

/// One attempt to connect.
async fn open(url: &str, limits: &Limits) -> Result<WsClient, Lost> {
	let ping = PingConfig::new().ping_interval(limits.silence / 4).inactive_limit(limits.silence);
	let client = WsClientBuilder::default()
		.connection_timeout(limits.answer)
		.request_timeout(limits.answer)
		.max_request_size(MAX_MESSAGE)
		.max_response_size(MAX_MESSAGE)
		.enable_ws_ping(ping)
		.build(url);
	match timeout(limits.answer, client).await {
		Ok(client) => client.map_err(|error| Lost(error.to_string())),
		Err(_) => Err(Lost(format!("no connection within {:?}", limits.answer))),
	}
}

/// The hash of the chain's first block.
async fn genesis(client: &WsClient, limits: &Limits) -> Result<Digest, Lost> {
	let call = client.request::<Option<H256>, _>("chain_getBlockHash", jsonrpsee::rpc_params![0]);
	let hash = timeout(limits.answer, call)
		.await
		.map_err(|_| Lost(format!("no answer within {:?}", limits.answer)))?
		.map_err(|error| Lost(error.to_string()))?;
	hash.map(|hash| hash.0).ok_or_else(|| Lost("it has no genesis block".into()))
}

/// Who keeps the connection.
struct Keeper {
	url: String,
	limits: Limits,
	genesis: Digest,
	link: watch::Sender<Link>,
}

impl Keeper {
	async fn run(self, mut client: Arc<WsClient>) {
		loop {
			client.on_disconnect().await;
			let reason = timeout(Duration::from_secs(1), client.disconnect_reason()).await;
			let reason = reason.map_or_else(|_| "it was closed".into(), |error| error.to_string());
			tracing::warn!(url = self.url, reason, "the connection to the node is lost");
			self.link.send_replace(Link::Down(reason));
			client = Arc::new(self.again().await);
			tracing::info!(url = self.url, "connected to the node again");
			self.link.send_replace(Link::Up(client.clone()));
		}
	}

	/// Tries until there is a connection to the same chain.
	async fn again(&self) -> WsClient {
		let mut pause = self.limits.first_pause;
		loop {
			sleep(pause).await;
			match self.attempt().await {
				Ok(client) => return client,
				Err(Lost(reason)) => {
					tracing::debug!(url = self.url, reason, "the node does not answer");
					self.link.send_replace(Link::Down(reason));
				},
			}
			pause = (pause * 2).min(self.limits.longest_pause);
		}
	}

	async fn attempt(&self) -> Result<WsClient, Lost> {
		let client = open(&self.url, &self.limits).await?;
		let found = genesis(&client, &self.limits).await?;
		if found != self.genesis {
			let (found, wanted) = (hex::encode(found), hex::encode(self.genesis));
			let reason =
				format!("it is a node of another chain now: genesis 0x{found}, not 0x{wanted}");
			tracing::error!(url = self.url, reason, "wrong chain");
			return Err(Lost(reason));
		}
		Ok(client)
	}
}
