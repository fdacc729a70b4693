// SPDX-License-Identifier: Apache-2.0

//! Measures the verifier inside of the executor, on both engines. Prints lines `name value unit`.
//!
//! `scripts/bench verifier` runs it, with the path of the blob. What a *single*, a *bundle* and the
//! *pairing product* are stands in `../../examples/bench_verifier/main.rs`, which measures the same
//! outside; here they are taken from a call that does it [`TIMES`] times, less one that does it no
//! time: the call itself and the reading of the keys do not count. `per_native` is the ratio to the
//! same work outside, measured in turns with it.
//!
//! Before anything is measured, verdicts are compared: what holds must hold, and must not when an
//! input is another; the products must be the native one, byte by byte.

#[path = "../../examples/bench_verifier/clock.rs"]
mod clock;
mod executor;
#[path = "../../examples/bench_verifier/trapdoor.rs"]
mod trapdoor;

use std::error::Error;

use ark_bls12_381::{Bls12_381, Fr};
use ark_ec::pairing::Pairing;
use codec::Decode;
use ligature_zk_verifier::inputs_to_bytes;
use ligature_zk_verifier_wasm::{ClaimBytes, Work};
use sp_crypto_ec_utils::bls12_381::Bls12_381 as Host;

use crate::{executor::Blob, trapdoor::Trapdoor};

/// Repetitions in a measured call.
const TIMES: u32 = 4;
/// How often inside and outside take turns; the least time of each counts.
const TURNS: usize = 3;

/// Two claims under one key, one under another: a block's. With one, the first only.
fn claims<E: Pairing<ScalarField = Fr>>(chain: &Trapdoor, join: &Trapdoor, count: usize) -> Work {
	let claim = |(key, of, seed): (u32, &Trapdoor, u64)| {
		let proven = of.prove::<E>(seed);
		ClaimBytes { key, inputs: inputs_to_bytes(&proven.input), proof: proven.bytes }
	};
	let bundle = [(0, chain, 1), (0, chain, 10), (1, join, 20)];
	Work {
		keys: [chain, join][..count.min(2)].iter().map(|of| of.key::<E>().to_bytes()).collect(),
		claims: bundle.into_iter().take(count).map(claim).collect(),
		times: 1,
	}
}

/// The blob's functions of one engine.
struct Engine<'a> {
	blob: &'a Blob,
	name: &'static str,
}

impl Engine<'_> {
	fn function(&self, what: &str) -> String {
		format!("{what}_{}", self.name)
	}

	fn print(&self, name: &str, value: f64, unit: &str) {
		println!("verifier_wasm_{}_{name} {value:.2} {unit}", self.name);
	}

	/// That the function accepts these claims, and does not with any one input changed.
	fn check(&self, what: &str, work: &Work) -> Result<(), Box<dyn Error>> {
		let function = self.function(what);
		if !self.blob.call::<bool>(&function, work)? {
			return Err(format!("{function} refuses valid proofs").into());
		}
		for at in 0..work.claims.len() {
			let mut tampered = work.clone();
			tampered.claims[at].inputs[0] ^= 1;
			if self.blob.call::<bool>(&function, &tampered)? {
				return Err(format!("{function} accepts claim {at} for another input").into());
			}
		}
		Ok(())
	}

	/// Microseconds in the blob for the work done once. Prints them, and their ratio to `native`, the
	/// same work outside, which must have the same result.
	fn time<T: Decode + PartialEq>(
		&self,
		what: &str,
		label: &str,
		work: &Work,
		native: impl Fn(&Work) -> T,
	) -> Result<f64, Box<dyn Error>> {
		let function = self.function(what);
		if self.blob.call::<T>(&function, work)? != native(work) {
			return Err(format!("{function} has another result than outside").into());
		}
		let [none, all] = [0, TIMES].map(|times| Work { times, ..work.clone() });
		let call = |work| {
			clock::time(1, || {
				self.blob
					.call::<T>(&function, work)
					.expect("has just returned; the input is like it")
			})
		};
		let outside = |work| clock::time(1, || native(work));
		let turn = |_| [call(&all), call(&none), outside(&all), outside(&none)];
		let least = |a: [f64; 4], b: [f64; 4]| std::array::from_fn(|i| a[i].min(b[i]));
		let [all, none, all_outside, none_outside] =
			(0..TURNS).map(turn).fold([f64::INFINITY; 4], least);
		let inside = (all - none) / f64::from(TIMES);
		let outside = (all_outside - none_outside) / f64::from(TIMES);
		self.print(label, inside, "us");
		self.print(&format!("{label}_per_native"), inside / outside, "ratio");
		Ok(inside)
	}
}

/// Microseconds of one engine.
struct Figures {
	single: f64,
	bundle: f64,
}

fn measure<E: Pairing<ScalarField = Fr>>(
	blob: &Blob,
	name: &'static str,
) -> Result<Figures, Box<dyn Error>> {
	let engine = Engine { blob, name };
	let chain = Trapdoor::new(100, 200);
	let [join, join_of_one_phase1] = [300, 100].map(|phase1| Trapdoor::new(phase1, 400));

	let work = claims::<E>(&chain, &join, 1);
	engine.check("single", &work)?;
	engine.time("decoded", "decode", &work, Work::decoded::<E>)?;
	let single = engine.time("single", "single", &work, Work::single::<E>)?;

	let work = claims::<E>(&chain, &join, 3);
	engine.check("bundle", &work)?;
	let bundle = engine.time("bundle", "bundle", &work, Work::bundle::<E>)?;
	engine.print("bundle_per_single", bundle / single, "ratio");
	let product = engine.time("product", "pairing_product_of_7", &work, Work::product::<E>)?;
	engine.print("bundle_per_product", bundle / product, "ratio");

	let work = claims::<E>(&chain, &join_of_one_phase1, 3);
	engine.check("bundle", &work)?;
	let label = "bundle_one_phase1";
	let one_phase1 = engine.time("bundle", label, &work, Work::bundle::<E>)?;
	engine.print(&format!("{label}_per_single"), one_phase1 / single, "ratio");
	Ok(Figures { single, bundle })
}

fn main() -> Result<(), Box<dyn Error>> {
	let path = std::env::args().nth(1).ok_or("usage: bench_verifier_wasm BLOB")?;
	let blob = Blob::new(std::fs::read(&path).map_err(|error| format!("{path}: {error}"))?);
	let plain = measure::<Bls12_381>(&blob, "plain")?;
	let host = measure::<Host>(&blob, "host_calls")?;
	for (name, plain, host) in
		[("single", plain.single, host.single), ("bundle", plain.bundle, host.bundle)]
	{
		println!("verifier_wasm_{name}_plain_per_host_calls {:.2} ratio", plain / host);
	}
	Ok(())
}
