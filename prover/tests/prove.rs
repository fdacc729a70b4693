// SPDX-License-Identifier: Apache-2.0

//! Proofs of a sample circuit, and what happens when there can be none.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use ark_bls12_381::{Bls12_381, Fr};
use ark_groth16::{Groth16, prepare_verifying_key};
use ligature_circuits::r1cs::{Circuit, Shape};
use ligature_prover::{
	ProveError, Prover,
	key::ProvingKey,
	msm::{AffineMsm, ArkMsm, BlstMsm, MsmBackend},
	sample::Sample,
	watch::{CancelFlag, Stage, Watch},
};
use std::{
	sync::{Arc, Mutex},
	time::Duration,
};

const GROUPS: usize = 60;

fn key(circuit: &Sample) -> Arc<ProvingKey> {
	let matrices = Arc::new(Shape::of(circuit).matrices);
	Arc::new(ProvingKey::insecure_development(circuit.name(), matrices))
}

#[test]
fn proof_should_verify_for_its_input_only() {
	let circuit = Sample::new(GROUPS, 1);
	let key = key(&circuit);
	let prepared = prepare_verifying_key(key.verifying());
	let backends: [Arc<dyn MsmBackend>; 4] = [
		Arc::new(ArkMsm),
		Arc::new(BlstMsm),
		Arc::new(AffineMsm::portable()),
		Arc::new(AffineMsm::new()),
	];
	for backend in backends {
		let prover = Prover::with_backend(key.clone(), backend);
		for start in [0, 1, 77] {
			let proven = prover.prove(&Sample::new(GROUPS, start), &()).unwrap();
			let verify = |input: Fr| {
				Groth16::<Bls12_381>::verify_proof(&prepared, &proven.proof, &[input]).unwrap()
			};
			assert!(verify(proven.input));
			assert!(!verify(proven.input + Fr::from(1u64)));
		}
	}
}

#[test]
fn a_proof_of_somebody_else_should_be_judged_as_chains_do() {
	let circuit = Sample::new(GROUPS, 1);
	let prover = Prover::new(key(&circuit));
	let proven = prover.prove(&circuit, &()).unwrap();
	let bytes = proven.bytes();
	assert!(prover.verifies(proven.input, &bytes));
	assert!(!prover.verifies(proven.input + Fr::from(1u64), &bytes));
	let other = Prover::new(key(&Sample::new(GROUPS + 1, 1)));
	assert!(!other.verifies(proven.input, &bytes));
	// The points at infinity, no points, and a point off its place.
	let mut infinity = [0; 192];
	[0, 48, 144].into_iter().for_each(|at| infinity[at] = 0xc0);
	let mut swapped = bytes;
	swapped[..48].copy_from_slice(&bytes[144..]);
	for bad in [infinity, [0; 192], [0xff; 192], swapped] {
		assert!(!prover.verifies(proven.input, &bad));
	}
}

#[test]
fn false_statement_should_be_refused_with_its_rule_and_place() {
	let honest = Sample::new(GROUPS, 1);
	let prover = Prover::new(key(&honest));
	for group in [0, 17, GROUPS - 1] {
		let forged = Sample { false_group: Some(group), ..honest.clone() };
		match prover.prove(&forged, &()).unwrap_err() {
			ProveError::Unsatisfied { circuit, unsatisfied } => {
				assert_eq!(circuit, format!("sample-{GROUPS}"));
				assert_eq!(unsatisfied.label.0, "sample/number");
				assert_eq!(unsatisfied.region, format!("group {group}"));
			},
			other => panic!("{other}"),
		}
	}
}

#[test]
fn circuit_of_another_size_should_be_refused() {
	let prover = Prover::new(key(&Sample::new(3, 1)));
	let error = prover.prove(&Sample::new(4, 1), &()).unwrap_err();
	assert!(matches!(error, ProveError::OtherCircuit { .. }), "{error}");
}

/// Cancels when a stage is so far.
struct CancelAt {
	stage: Stage,
	done: f64,
	flag: CancelFlag,
	last: Mutex<Option<Stage>>,
}

impl Watch for CancelAt {
	fn progress(&self, stage: Stage, done: f64) {
		*self.last.lock().unwrap() = Some(stage);
		if stage == self.stage && done >= self.done {
			self.flag.cancel();
		}
	}

	fn cancelled(&self) -> bool {
		self.flag.cancelled()
	}
}

#[test]
fn proof_should_stop_in_every_stage_when_cancelled() {
	let circuit = Sample::new(GROUPS, 1);
	let key = key(&circuit);
	let prover = Prover::new(key);
	for stage in Stage::ALL {
		for done in [0.0, 0.5] {
			if stage == Stage::Verify && done > 0.0 {
				// The next that is heard of it is that the proof is there.
				continue;
			}
			let flag = CancelFlag::default();
			let watch = CancelAt { stage, done, flag, last: Mutex::default() };
			let error = prover.prove(&circuit, &watch).unwrap_err();
			assert!(matches!(error, ProveError::Cancelled(_)), "{stage}: {error}");
			assert_eq!(*watch.last.lock().unwrap(), Some(stage));
		}
	}
}

/// Writes down what it is told.
#[derive(Default)]
struct Log(Mutex<Vec<(Stage, f64)>>, Mutex<Vec<Stage>>);

impl Watch for Log {
	fn progress(&self, stage: Stage, done: f64) {
		self.0.lock().unwrap().push((stage, done));
	}

	fn finished(&self, stage: Stage, took: Duration) {
		assert!(took > Duration::ZERO);
		self.1.lock().unwrap().push(stage);
	}
}

#[test]
fn progress_should_go_through_all_stages_in_order() {
	let circuit = Sample::new(GROUPS, 1);
	let log = Log::default();
	Prover::new(key(&circuit)).prove(&circuit, &log).unwrap();
	let Log(progress, finished) = log;
	assert_eq!(finished.into_inner().unwrap(), Stage::ALL);
	let progress = progress.into_inner().unwrap();
	assert!(progress.is_sorted(), "{progress:?}");
	assert_eq!(progress.last(), Some(&(Stage::Verify, 1.0)));
}
