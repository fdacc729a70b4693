// SPDX-License-Identifier: Apache-2.0

//! A small node: a real JSON-RPC server with the methods that the client uses, over a [`World`].

use super::world::{Block, World};
use jsonrpsee::{
	RpcModule, SubscriptionMessage,
	core::SubscriptionResult,
	server::{Server, ServerHandle},
	types::ErrorObjectOwned,
};
use serde_json::{Value, json};
use subxt::utils::H256;

/// A node that runs.
pub struct Node {
	port: u16,
	server: ServerHandle,
}

impl Node {
	/// Starts a node at this port; 0 is any.
	pub async fn start(world: &World, port: u16) -> Self {
		let server = Server::builder().build(("127.0.0.1", port)).await.expect("the port is free");
		let port = server.local_addr().expect("it listens").port();
		Self { port, server: server.start(module(world)) }
	}

	pub fn port(&self) -> u16 {
		self.port
	}

	pub fn url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.port)
	}

	/// Stops it, with all its connections. Gives its port.
	pub async fn stop(self) -> u16 {
		self.server.stop().expect("it runs");
		self.server.stopped().await;
		self.port
	}
}

fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn unhex(text: &str) -> Vec<u8> {
	hex::decode(&text[2..]).expect("hexadecimal")
}

type Answer = Result<Value, ErrorObjectOwned>;

fn module(world: &World) -> RpcModule<World> {
	let mut module = RpcModule::new(world.clone());
	method(&mut module, "system_chain", |_, _| Ok(json!("Test")));
	method(&mut module, "system_properties", |_, _| {
		Ok(json!({ "tokenSymbol": "LIG", "tokenDecimals": 12 }))
	});
	method(&mut module, "chain_getBlockHash", |world, params| {
		Ok(match params[0].as_u64() {
			Some(number) => json!(world.hash(number)),
			None => json!(world.best()),
		})
	});
	method(&mut module, "chain_getFinalizedHead", |world, _| Ok(json!(world.finalized())));
	method(&mut module, "chain_getHeader", |world, params| {
		let hash: Option<H256> = serde_json::from_value(params[0].clone()).expect("a hash");
		Ok(json!(world.header(hash.unwrap_or_else(|| world.best()))))
	});
	method(&mut module, "chain_getBlock", |world, params| {
		let hash: H256 = serde_json::from_value(params[0].clone()).expect("a hash");
		let block = world.block(hash);
		Ok(json!(block.map(|Block { header, extrinsics, .. }| {
			let extrinsics: Vec<_> = extrinsics.iter().map(|bytes| hex(bytes)).collect();
			json!({ "block": { "header": header, "extrinsics": extrinsics } })
		})))
	});
	method(&mut module, "state_getRuntimeVersion", |world, params| {
		let version = world.version(serde_json::from_value(params[0].clone()).expect("a hash"))?;
		Ok(json!({ "specVersion": version, "transactionVersion": 1 }))
	});
	method(&mut module, "state_call", |world, params| {
		let function = params[0].as_str().expect("a name");
		world.state(serde_json::from_value(params[2].clone()).expect("a hash"))?;
		let answer = world.answer(function);
		let none = || {
			let text =
				format!("Client error: Execution failed: Exported method {function} is not found");
			ErrorObjectOwned::owned(4003, text, None::<()>)
		};
		answer.map(|bytes| json!(hex(&bytes))).ok_or_else(none)
	});
	method(&mut module, "state_getStorage", |world, params| {
		let key = unhex(params[0].as_str().expect("a key"));
		let block = world.state(serde_json::from_value(params[1].clone()).expect("a hash"))?;
		let events = [twox("System"), twox("Events")].concat();
		Ok(if key == events { json!(hex(&block.events)) } else { Value::Null })
	});
	method(&mut module, "system_accountNextIndex", |world, _| Ok(json!(world.pool().len())));
	heads(
		&mut module,
		["chain_subscribeNewHeads", "chain_newHead", "chain_unsubscribeNewHeads"],
		World::best,
	);
	heads(
		&mut module,
		["chain_subscribeFinalizedHeads", "chain_finalizedHead", "chain_unsubscribeFinalizedHeads"],
		World::finalized,
	);
	pool(&mut module);
	module
}

/// TwoX 128, by which pallets and items are named in the storage.
fn twox(name: &str) -> [u8; 16] {
	let prefix = subxt::ext::frame_decode::storage::encode_storage_key_prefix(name, "");
	prefix[..16].try_into().expect("16 bytes")
}

fn method(
	module: &mut RpcModule<World>,
	name: &'static str,
	answer: impl Fn(&World, Vec<Value>) -> Answer + Clone + Send + Sync + 'static,
) {
	module
		.register_async_method(name, move |params, world, _| {
			let answer = answer.clone();
			async move {
				world.unless_mute().await;
				let mut params: Vec<Value> = params.parse().unwrap_or_default();
				params.resize(4, Value::Null);
				answer(&world, params)
			}
		})
		.expect("there is one method of this name");
}

/// A subscription to heads: the present one at once, then every other.
fn heads(
	module: &mut RpcModule<World>,
	[subscribe, name, unsubscribe]: [&'static str; 3],
	head: fn(&World) -> H256,
) {
	module
		.register_subscription(
			subscribe,
			name,
			unsubscribe,
			move |_, pending, world, _| async move {
				let sink = pending.accept().await?;
				let mut changes = world.changes();
				let mut last = None;
				loop {
					changes.borrow_and_update();
					let hash = head(&world);
					if last != Some(hash) {
						let header = world.header(hash).expect("it is a block");
						sink.send(SubscriptionMessage::from_json(&header)?).await?;
						last = Some(hash);
					}
					tokio::select! {
						() = sink.closed() => return SubscriptionResult::Ok(()),
						changed = changes.changed() => changed.expect("the world goes on"),
					}
				}
			},
		)
		.expect("there is one subscription of this name");
}

fn pool(module: &mut RpcModule<World>) {
	let [subscribe, name, unsubscribe] =
		["author_submitAndWatchExtrinsic", "author_extrinsicUpdate", "author_unwatchExtrinsic"];
	module
		.register_subscription(
			subscribe,
			name,
			unsubscribe,
			|params, pending, world, _| async move {
				let bytes: String = params.one()?;
				let mut statuses = match world.submit(unhex(&bytes)) {
					Ok(statuses) => statuses,
					Err(refusal) => {
						pending.reject(refusal).await;
						return SubscriptionResult::Ok(());
					},
				};
				let sink = pending.accept().await?;
				loop {
					tokio::select! {
						() = sink.closed() => return Ok(()),
						status = statuses.recv() => {
							sink.send(SubscriptionMessage::from_json(&status?)?).await?;
						},
					}
				}
			},
		)
		.expect("there is one subscription of this name");
}
