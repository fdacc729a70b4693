// SPDX-License-Identifier: Apache-2.0

//! What commit, prove and execute of full blocks take, in the runtime's blob and natively.
//!
//! A block is full of one thing: transfers between accounts; swaps across the chains, half of them in each direction;
//! deposits with keys; withdrawals. From every time that of an extrinsic that does nothing is subtracted: what instance,
//! signature and fee take. The verifier's time in prove is that of host calls, natively that of arkworks.

use polkadot_sdk::*;

use ligature_chain_tests::{
	ALICE, ALPHA, BETA, Built, CHARLIE, Chain, DAVE, Network, USDT_WETH,
	oracles::certificate,
	proofs::simulated,
	settlement::{commit_call, prove_call, relay_call},
};
use ligature_primitives::{
	constants::SizeClass,
	ids::{Side, TokenId},
	vote::VoteKind,
};
use ligature_runtime::RuntimeCall;
use std::error::Error;

use crate::{clock, print, wasm::Blob};

/// What a block is full of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
	Transfers,
	Swaps,
	Deposits,
	Withdrawals,
}

impl Content {
	const ALL: [Self; 4] = [Self::Transfers, Self::Swaps, Self::Deposits, Self::Withdrawals];

	fn name(self) -> &'static str {
		match self {
			Self::Transfers => "transfers",
			Self::Swaps => "swaps",
			Self::Deposits => "deposits",
			Self::Withdrawals => "withdrawals",
		}
	}

	/// A block of this class on alpha that is full of it, and how many operations that are.
	fn block(self, network: &mut Network, class: SizeClass) -> (Built, u32) {
		let slots = class.capacity();
		network.set_class(class.get());
		network.set_join_class(class.get());
		let count = match self {
			// A swap takes a slot on each chain, with both directions in turns. An input stands in an even
			// slot, which leaves one slot free where the first swap comes out.
			Self::Swaps => slots - 1,
			Self::Transfers | Self::Deposits | Self::Withdrawals => slots / 2,
		};
		if self == Self::Deposits {
			for _ in 0..count {
				network.deposit(ALPHA, CHARLIE, 1, 1_000_000);
			}
			// A block's fee account and its queue are known; nothing else is in it.
			return (network.serving_block(), count);
		}
		let block = network.block(|network| {
			for index in 0..count {
				// The next digit makes each amount another.
				let value = 1_000_000 + u128::from(index);
				let done = match self {
					Self::Transfers => network.transfer(ALPHA, CHARLIE, 1, DAVE, value),
					Self::Withdrawals => network.withdraw(ALPHA, CHARLIE, 1, value),
					Self::Swaps if index % 2 == 0 => {
						network.swap(USDT_WETH, Side::Zero, CHARLIE, value)
					},
					_ => network.swap(USDT_WETH, Side::One, CHARLIE, value * 1_000_000),
				};
				done.expect("Charlie has enough");
			}
		});
		(block, count)
	}
}

/// Milliseconds in the blob and natively.
#[derive(Clone, Copy)]
struct Times {
	wasm: f64,
	native: f64,
}

struct Bench {
	blob: Blob,
	nothing: Times,
}

impl Bench {
	/// The times of a call by Alice, which is then made.
	fn measure(&self, chain: &mut Chain, call: RuntimeCall) -> Result<Times, Box<dyn Error>> {
		let raw = raw(&self.blob, chain, call)?;
		chain.block();
		Ok(Times { wasm: raw.wasm - self.nothing.wasm, native: raw.native - self.nothing.native })
	}
}

/// The times of a whole extrinsic, which is then in the chain's open block.
fn raw(blob: &Blob, chain: &mut Chain, call: RuntimeCall) -> Result<Times, Box<dyn Error>> {
	let extrinsic = chain.extrinsic(ALICE, call);
	let wasm = blob.time(chain, &extrinsic)?;
	let native = clock::time(1, || chain.try_extrinsic(extrinsic.clone())) / 1_000.0;
	let _ = chain.apply_extrinsic(extrinsic).ok();
	Ok(Times { wasm, native })
}

fn print_times(name: &str, times: Times) {
	print(&format!("wasm_{name}"), times.wasm, "ms");
	print(&format!("native_{name}"), times.native, "ms");
}

/// An open network with liquidity and balances.
fn network() -> Network {
	let mut network = Network::open();
	network.create_pool(CHARLIE, USDT_WETH);
	for _ in 0..2 {
		network.deposit(ALPHA, CHARLIE, 1, 200_000_000_000);
		network.deposit(BETA, CHARLIE, 2, 200_000_000_000_000_000_000);
	}
	network.deposit(ALPHA, DAVE, 1, 1_000_000);
	let block = network.serving_block();
	network.settle(&block);
	let block = network.block(|network| {
		let most = (100_000_000_000, 100_000_000_000_000_000_000);
		network.add_liquidity(USDT_WETH, CHARLIE, 1, most).expect("Charlie has enough");
	});
	network.settle(&block);
	network
}

/// Bytes of public data on alpha in one block, by operation.
pub struct Bytes {
	/// A transfer.
	pub per_transfer: f64,
	/// A half of a swap.
	pub per_half_swap: f64,
}

/// Measures the classes for which the development chains have keys.
///
/// # Errors
///
/// If there is no blob, or an extrinsic fails.
pub fn print_all() -> Result<Bytes, Box<dyn Error>> {
	let blob = Blob::new()?;
	let mut chain = Network::closed();
	let remark: RuntimeCall = frame_system::Call::remark { remark: vec![] }.into();
	let nothing = raw(&blob, chain.chain(ALPHA), remark)?;
	print_times("nothing", nothing);
	let bench = Bench { blob, nothing };

	let mut bytes = Bytes { per_transfer: 0.0, per_half_swap: 0.0 };
	let mut slots = Vec::new();
	for class in &SizeClass::ALL[1..4] {
		for content in Content::ALL {
			let mut network = network();
			let (block, count) = content.block(&mut network, *class);
			network.tick();
			let length = block.data[0].len() as f64;
			let name = format!("class_{class}_{}", content.name());
			let commit = measure_block(&bench, &mut network, &block, &name)?;
			print(&format!("public_data_{name}"), length, "bytes");
			print(&format!("wasm_commit_{name}_per_kb"), commit.wasm * 1_024.0 / length, "ms");
			print(&format!("native_commit_{name}_per_kb"), commit.native * 1_024.0 / length, "ms");
			match content {
				Content::Transfers => {
					slots.push((class.capacity(), commit));
					bytes.per_transfer = length / f64::from(count);
				},
				Content::Swaps => bytes.per_half_swap = length / f64::from(count),
				Content::Deposits | Content::Withdrawals => (),
			}
		}
	}
	// What is the same for all classes falls out of the difference of two: hashing is what is left.
	let [(small, few), .., (large, many)] = slots[..] else { unreachable!("three classes; qed") };
	let more = f64::from(large - small);
	let (wasm, native) = ((many.wasm - few.wasm) / more, (many.native - few.native) / more);
	print("wasm_commit_per_slot", 1_000.0 * wasm, "us");
	print("native_commit_per_slot", 1_000.0 * native, "us");
	print("commit_per_slot_wasm_per_native", wasm / native, "ratio");
	Ok(bytes)
}

/// Commit, proof, certificate and execution of a block on alpha.
fn measure_block(
	bench: &Bench,
	network: &mut Network,
	block: &Built,
	name: &str,
) -> Result<Times, Box<dyn Error>> {
	let chain = network.chain(ALPHA);
	let commit = bench.measure(chain, commit_call(&block.header, &block.data[0]))?;
	print_times(&format!("commit_{name}"), commit);
	let prove = prove_call(&block.header, simulated(&block.header));
	print_times(&format!("prove_{name}"), bench.measure(chain, prove)?);
	let certify = relay_call(VoteKind::Block, certificate(&block.block_message()));
	print_times(&format!("certify_{name}"), bench.measure(chain, certify)?);
	print_times(&format!("execute_{name}"), bench.measure(chain, block.execute_call(0))?);
	assert!(chain.with(|| pallet_rollup::Owed::<ligature_runtime::Runtime>::get(TokenId(1))) > 0);
	Ok(commit)
}
