// SPDX-License-Identifier: Apache-2.0

//! Affine additions on BLS12-381, eight at a time, with the integer multiply-add instructions of AVX-512.
//!
//! # Numbers
//!
//! An element of Fq is eight limbs of 52 bits, in Montgomery form for `R = 2^416`: x stands for `x·R mod p`. Where it is
//! computed with, vector i holds limb i of eight elements ([`Lanes`]); in memory, a vector holds the eight limbs
//! of one element ([`Point`]), and eight of them are transposed on the way.
//!
//! p has 381 bits, so 35 bits are to spare and nearly all reductions can be left out. A *normal* number has limbs
//! in [0, 2^52), which multiplication requires. With operands of at most 8·p, a product of two, or the sum of two products,
//! comes out below 1.01·p, for it is below `2·2^6·p²/R + p`. Coordinates in memory are normal; x is below 1.1·p, and y at
//! most 2·p, because [`Adder::negate`] takes it from 2·p and does not reduce.
//!
//! # Safety
//!
//! The instructions are there if [`Ifma::detect`] says so, and only it makes an [`Ifma`]. That is the one thing that the
//! compiler cannot see; the functions themselves use no pointers and are safe.

// Most loops go over the limbs of several numbers at once.
#![allow(clippy::needless_range_loop)]

use super::Adder;
use ark_bls12_381::{Fq, Fq2, g1, g2};
use ark_ec::{
	AffineRepr, CurveGroup,
	short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::{
	AdditiveGroup, BigInt, BigInteger, Field, PrimeField, fields::serial_batch_inversion_and_mul,
};
use core::arch::x86_64::*;

/// Limbs of a number, and lanes of a vector.
const WIDTH: usize = 8;
/// Bits of a limb.
const LIMB: usize = 52;
const MASK: u64 = (1 << LIMB) - 1;

/// Eight elements of Fq, limb by limb.
type Lanes = [__m512i; WIDTH];

/// A point whose coordinates have D components: 1 in G1, 2 in G2. Infinity is all zeros; no other point of the prime-order
/// groups has x = 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point<const D: usize> {
	x: [__m512i; D],
	y: [__m512i; D],
}

impl<const D: usize> Point<D> {
	fn is_infinity(&self) -> bool {
		self.x.iter().all(|limbs| bytemuck::cast::<_, [u64; WIDTH]>(*limbs) == [0; WIDTH])
	}
}

/// The right to use the instructions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ifma<const D: usize>(());

impl<const D: usize> Ifma<D> {
	/// Whether this processor has them, and the operating system saves their registers.
	pub(super) fn detect() -> Option<Self> {
		let found = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma");
		found.then_some(Self(()))
	}
}

// --- constants -------------------------------------------------------------------------------

const P: [u64; 6] = Fq::MODULUS.0;

/// Six words as eight limbs.
const fn split(words: [u64; 6]) -> [u64; WIDTH] {
	let mut limbs = [0; WIDTH];
	let mut i = 0;
	while i < WIDTH {
		let (word, shift) = (i * LIMB / 64, i * LIMB % 64);
		if word < 6 {
			limbs[i] = words[word] >> shift;
		}
		if shift > 64 - LIMB && word + 1 < 6 {
			limbs[i] |= words[word + 1] << (64 - shift);
		}
		limbs[i] &= MASK;
		i += 1;
	}
	limbs
}

/// Eight limbs, of a number below 2^384, as six words.
fn join(limbs: [u64; WIDTH]) -> [u64; 6] {
	let mut words = [0; 6];
	for (i, limb) in limbs.into_iter().enumerate() {
		let (word, shift) = (i * LIMB / 64, i * LIMB % 64);
		words[word] |= limb << shift;
		if shift > 64 - LIMB && word + 1 < 6 {
			words[word + 1] |= limb >> (64 - shift);
		}
	}
	words
}

/// Limbs of `times·p`.
const fn multiple(times: u64) -> [u64; WIDTH] {
	let p = split(P);
	let mut limbs = [0; WIDTH];
	let mut carry = 0;
	let mut i = 0;
	while i < WIDTH {
		let sum = p[i] * times + carry;
		limbs[i] = sum & MASK;
		carry = sum >> LIMB;
		i += 1;
	}
	limbs
}

/// `2^exponent mod p`.
const fn power_of_two(exponent: usize) -> [u64; WIDTH] {
	let p = split(P);
	let mut limbs = [0; WIDTH];
	limbs[0] = 1;
	let mut doublings = 0;
	while doublings < exponent {
		let mut doubled = [0; WIDTH];
		let mut less = [0; WIDTH];
		let (mut carry, mut borrow) = (0, 0);
		let mut i = 0;
		while i < WIDTH {
			let sum = 2 * limbs[i] + carry;
			doubled[i] = sum & MASK;
			carry = sum >> LIMB;
			let difference = doubled[i] as i64 - p[i] as i64 + borrow;
			less[i] = difference as u64 & MASK;
			borrow = difference >> LIMB;
			i += 1;
		}
		limbs = if borrow == 0 { less } else { doubled };
		doublings += 1;
	}
	limbs
}

/// Limbs of p.
const P1: [u64; WIDTH] = multiple(1);
/// Limbs of 2p.
const P2: [u64; WIDTH] = multiple(2);
/// Limbs of 4p.
const P4: [u64; WIDTH] = multiple(4);

/// −1/p mod 2^52.
const INVERSE: u64 = {
	let mut inverse = 1u64;
	let mut i = 0;
	while i < 6 {
		inverse = inverse.wrapping_mul(2u64.wrapping_sub(P[0].wrapping_mul(inverse)));
		i += 1;
	}
	inverse.wrapping_neg() & MASK
};

/// One.
const ONE: [u64; WIDTH] = power_of_two(416);
/// Multiplying by it turns arkworks' Montgomery form, `x·2^384`, into ours.
const FROM_ARK: [u64; WIDTH] = power_of_two(416 + 416 - 384);

/// `MULTIPLES[i][k]`: limb i of k·p.
const MULTIPLES: [[u64; WIDTH]; WIDTH] = {
	let mut table = [[0; WIDTH]; WIDTH];
	let mut k = 0;
	while k < WIDTH {
		let limbs = multiple(k as u64);
		let mut i = 0;
		while i < WIDTH {
			table[i][k] = limbs[i];
			i += 1;
		}
		k += 1;
	}
	table
};

/// `2^52/(top limb of p + 1)`: the high half of its product with a top limb is the quotient by p, or one less.
const QUOTIENT: u64 = (1 << LIMB) / (P1[WIDTH - 1] + 1);

// --- arithmetic ------------------------------------------------------------------------------

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn broadcast(value: u64) -> __m512i {
	_mm512_set1_epi64(value as i64)
}

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn constant(limbs: &[u64; WIDTH]) -> Lanes {
	let mut lanes = [_mm512_setzero_si512(); WIDTH];
	for i in 0..WIDTH {
		lanes[i] = broadcast(limbs[i]);
	}
	lanes
}

/// Brings limbs, which may be negative, into [0, 2^52). The number itself has to be in [0, 2^416).
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn normalise(mut limbs: Lanes) -> Lanes {
	let mask = broadcast(MASK);
	for i in 0..WIDTH - 1 {
		let carry = _mm512_srai_epi64::<{ LIMB as u32 }>(limbs[i]);
		limbs[i] = _mm512_and_si512(limbs[i], mask);
		limbs[i + 1] = _mm512_add_epi64(limbs[i + 1], carry);
	}
	limbs
}

/// `a + b`, not normal.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn plus(a: &Lanes, b: &Lanes) -> Lanes {
	let mut sum = *a;
	for i in 0..WIDTH {
		sum[i] = _mm512_add_epi64(sum[i], b[i]);
	}
	sum
}

/// `a − b`, not normal.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn minus(a: &Lanes, b: &Lanes) -> Lanes {
	let mut difference = *a;
	for i in 0..WIDTH {
		difference[i] = _mm512_sub_epi64(difference[i], b[i]);
	}
	difference
}

/// `a − b + 2p`, normal; b is at most 2p.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn subtract(a: &Lanes, b: &Lanes) -> Lanes {
	normalise(minus(&plus(a, &constant(&P2)), b))
}

/// From any limbs of a number in [0, 8p): normal and below 1.1·p.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn reduce(limbs: Lanes) -> Lanes {
	let mut limbs = normalise(limbs);
	let zero = _mm512_setzero_si512();
	let quotient = _mm512_madd52hi_epu64(zero, limbs[WIDTH - 1], broadcast(QUOTIENT));
	for i in 0..WIDTH {
		let multiples: __m512i = bytemuck::cast(MULTIPLES[i]);
		limbs[i] = _mm512_sub_epi64(limbs[i], _mm512_permutexvar_epi64(quotient, multiples));
	}
	normalise(limbs)
}

/// `Σ a·b/R` over N pairs, N at most 2. Not inlined: it is long, and a call is nothing next to it.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline(never)]
fn products<const N: usize>(a: [&Lanes; N], b: [&Lanes; N]) -> Lanes {
	let zero = _mm512_setzero_si512();
	let p = constant(&P1);
	let inverse = broadcast(INVERSE);
	let mut sum = [zero; WIDTH + 1];
	for i in 0..WIDTH {
		for n in 0..N {
			for j in 0..WIDTH {
				sum[j] = _mm512_madd52lo_epu64(sum[j], a[n][j], b[n][i]);
			}
		}
		let quotient = _mm512_madd52lo_epu64(zero, sum[0], inverse);
		for n in 0..N {
			for j in 0..WIDTH {
				sum[j + 1] = _mm512_madd52hi_epu64(sum[j + 1], a[n][j], b[n][i]);
			}
		}
		for j in 0..WIDTH {
			sum[j] = _mm512_madd52lo_epu64(sum[j], quotient, p[j]);
		}
		for j in 0..WIDTH {
			sum[j + 1] = _mm512_madd52hi_epu64(sum[j + 1], quotient, p[j]);
		}
		// The lowest limb is now a multiple of 2^52: it goes, and the others move down.
		sum[1] = _mm512_add_epi64(sum[1], _mm512_srli_epi64::<{ LIMB as u32 }>(sum[0]));
		for j in 0..WIDTH {
			sum[j] = sum[j + 1];
		}
		sum[WIDTH] = zero;
	}
	let mut limbs = [zero; WIDTH];
	limbs.copy_from_slice(&sum[..WIDTH]);
	normalise(limbs)
}

/// A product in Fq (D = 1) or in Fq2 = Fq(√−1) (D = 2); operands are at most 8p.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn multiply<const D: usize>(a: &[Lanes; D], b: &[Lanes; D]) -> [Lanes; D] {
	let mut product = *a;
	if D == 1 {
		product[0] = products([&a[0]], [&b[0]]);
	} else {
		// Not below zero, because operands are at most 8p.
		let negated = normalise(minus(&constant(&multiple(8)), &a[1]));
		product[0] = products([&a[0], &negated], [&b[0], &b[1]]);
		product[1] = products([&a[0], &a[1]], [&b[1], &b[0]]);
	}
	product
}

/// A square; as [`multiply`].
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn square<const D: usize>(a: &[Lanes; D]) -> [Lanes; D] {
	let mut square = *a;
	if D == 1 {
		square[0] = products([&a[0]], [&a[0]]);
	} else {
		let sum = normalise(plus(&a[0], &a[1]));
		let difference = subtract(&a[0], &a[1]);
		let double = normalise(plus(&a[0], &a[0]));
		square[0] = products([&sum], [&difference]);
		square[1] = products([&double], [&a[1]]);
	}
	square
}

/// Rows to columns: limbs of eight numbers to numbers by limb, and back.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn transpose(rows: &[__m512i; WIDTH]) -> [__m512i; WIDTH] {
	let mut even = [_mm512_setzero_si512(); 4];
	let mut odd = even;
	for i in 0..4 {
		even[i] = _mm512_unpacklo_epi64(rows[2 * i], rows[2 * i + 1]);
		odd[i] = _mm512_unpackhi_epi64(rows[2 * i], rows[2 * i + 1]);
	}
	let mut columns = *rows;
	for (parity, half) in [even, odd].into_iter().enumerate() {
		let low = _mm512_shuffle_i64x2::<0x44>(half[0], half[1]);
		let high = _mm512_shuffle_i64x2::<0xee>(half[0], half[1]);
		let low2 = _mm512_shuffle_i64x2::<0x44>(half[2], half[3]);
		let high2 = _mm512_shuffle_i64x2::<0xee>(half[2], half[3]);
		columns[parity] = _mm512_shuffle_i64x2::<0x88>(low, low2);
		columns[2 + parity] = _mm512_shuffle_i64x2::<0xdd>(low, low2);
		columns[4 + parity] = _mm512_shuffle_i64x2::<0x88>(high, high2);
		columns[6 + parity] = _mm512_shuffle_i64x2::<0xdd>(high, high2);
	}
	columns
}

// --- points ----------------------------------------------------------------------------------

/// One coordinate of eight points.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn gather_x<const D: usize>(points: &[Point<D>]) -> [Lanes; D] {
	let mut coordinate = [[_mm512_setzero_si512(); WIDTH]; D];
	for d in 0..D {
		for lane in 0..WIDTH {
			coordinate[d][lane] = points[lane].x[d];
		}
		coordinate[d] = transpose(&coordinate[d]);
	}
	coordinate
}

/// The other one.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn gather_y<const D: usize>(points: &[Point<D>]) -> [Lanes; D] {
	let mut coordinate = [[_mm512_setzero_si512(); WIDTH]; D];
	for d in 0..D {
		for lane in 0..WIDTH {
			coordinate[d][lane] = points[lane].y[d];
		}
		coordinate[d] = transpose(&coordinate[d]);
	}
	coordinate
}

/// The lanes in which a normal number is the integer zero.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn zeros<const D: usize>(number: &[Lanes; D]) -> __mmask8 {
	let mut any = _mm512_setzero_si512();
	for lanes in number {
		for limb in lanes {
			any = _mm512_or_si512(any, *limb);
		}
	}
	_mm512_testn_epi64_mask(any, any)
}

/// `b` in the lanes of the mask, else `a`.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn select(mask: __mmask8, a: &Lanes, b: &Lanes) -> Lanes {
	let mut selected = *a;
	for i in 0..WIDTH {
		selected[i] = _mm512_mask_blend_epi64(mask, a[i], b[i]);
	}
	selected
}

/// What is inverted, and the product of all before it.
type Link<const D: usize> = ([Lanes; D], [Lanes; D]);

/// Some pair has equal x: a point and itself or its inverse.
struct EqualX;

/// Adds pairs; the slices' length is a multiple of eight. Infinity may come.
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_pairs<const D: usize>(
	left: &[Point<D>],
	right: &[Point<D>],
	sums: &mut [Point<D>],
	chain: &mut Vec<Link<D>>,
) -> Result<(), EqualX> {
	let one = constant(&ONE);
	let mut unit = [[_mm512_setzero_si512(); WIDTH]; D];
	unit[0] = one;

	chain.clear();
	let mut product = unit;
	for (left, right) in left.chunks_exact(WIDTH).zip(right.chunks_exact(WIDTH)) {
		let (x1, x2) = (gather_x(left), gather_x(right));
		let infinite = zeros(&x1) | zeros(&x2);
		let mut denominator = unit;
		for d in 0..D {
			denominator[d] = select(infinite, &subtract(&x2[d], &x1[d]), &unit[d]);
		}
		chain.push((denominator, product));
		product = multiply(&product, &denominator);
	}
	let mut inverse = invert(&product).ok_or(EqualX)?;

	let groups = left.chunks_exact(WIDTH).zip(right.chunks_exact(WIDTH));
	let groups = groups.zip(sums.chunks_exact_mut(WIDTH)).zip(chain.iter());
	for (((left, right), sums), (denominator, before)) in groups.rev() {
		let (x1, x2) = (gather_x(left), gather_x(right));
		let (y1, y2) = (gather_y(left), gather_y(right));
		let reciprocal = multiply(&inverse, before);
		inverse = multiply(&inverse, denominator);
		let mut rise = y2;
		for d in 0..D {
			rise[d] = subtract(&y2[d], &y1[d]);
		}
		let slope = multiply(&rise, &reciprocal);
		let mut x = square(&slope);
		let mut run = x1;
		for d in 0..D {
			x[d] = reduce(minus(&minus(&plus(&x[d], &constant(&P4)), &x1[d]), &x2[d]));
			run[d] = subtract(&x1[d], &x[d]);
		}
		let mut y = multiply(&slope, &run);
		let (none1, none2) = (zeros(&x1), zeros(&x2));
		for d in 0..D {
			y[d] = reduce(minus(&plus(&y[d], &constant(&P2)), &y1[d]));
			// Where one is infinity, the other is the sum.
			x[d] = select(none1, &select(none2, &x[d], &x1[d]), &x2[d]);
			y[d] = select(none1, &select(none2, &y[d], &y1[d]), &y2[d]);
			let (x, y) = (transpose(&x[d]), transpose(&y[d]));
			for lane in 0..WIDTH {
				sums[lane].x[d] = x[lane];
				sums[lane].y[d] = y[lane];
			}
		}
	}
	Ok(())
}

/// Inverts every lane; none, if some lane is zero.
#[target_feature(enable = "avx512f,avx512ifma")]
fn invert<const D: usize>(product: &[Lanes; D]) -> Option<[Lanes; D]> {
	let mut rows = *product;
	for d in 0..D {
		rows[d] = transpose(&product[d]);
	}
	let mut values: [[Fq; D]; WIDTH] = [[Fq::ZERO; D]; WIDTH];
	for (lane, value) in values.iter_mut().enumerate() {
		for d in 0..D {
			value[d] = to_ark(rows[d][lane]);
		}
	}
	invert_all(&mut values)?;
	for (lane, value) in values.iter().enumerate() {
		for d in 0..D {
			rows[d][lane] = from_ark(value[d]);
		}
	}
	let mut inverse = rows;
	for d in 0..D {
		inverse[d] = transpose(&rows[d]);
	}
	Some(inverse)
}

/// Inverts elements of Fq or Fq2; none, if some is zero.
fn invert_all<const D: usize>(values: &mut [[Fq; D]; WIDTH]) -> Option<()> {
	if D == 1 {
		let mut elements = values.map(|value| value[0]);
		invert_elements(&mut elements)?;
		for (value, element) in values.iter_mut().zip(elements) {
			value[0] = element;
		}
	} else {
		let mut elements = values.map(|value| Fq2::new(value[0], value[1]));
		invert_elements(&mut elements)?;
		for (value, element) in values.iter_mut().zip(elements) {
			(value[0], value[1]) = (element.c0, element.c1);
		}
	}
	Some(())
}

fn invert_elements<F: Field>(elements: &mut [F]) -> Option<()> {
	if elements.contains(&F::ZERO) {
		return None;
	}
	serial_batch_inversion_and_mul(elements, &F::ONE);
	Some(())
}

/// 2^32, by which the two Montgomery forms differ, and its inverse.
static SHIFT: std::sync::LazyLock<[Fq; 2]> = std::sync::LazyLock::new(|| {
	let shift = Fq::from(1u64 << 32);
	[shift, shift.inverse().expect("2^32 is not 0 modulo p; qed")]
});

/// From our form; the number is normal and below 2p.
fn to_ark(limbs: __m512i) -> Fq {
	let mut words = BigInt(join(bytemuck::cast(limbs)));
	if words >= Fq::MODULUS {
		words.sub_with_borrow(&Fq::MODULUS);
	}
	Fq::new_unchecked(words) * SHIFT[1]
}

/// Into our form.
fn from_ark(value: Fq) -> __m512i {
	bytemuck::cast(split((value * SHIFT[0]).0.0))
}

/// Turns points with arkworks' words into points in our form; the length is a multiple of eight.
#[target_feature(enable = "avx512f,avx512ifma")]
fn rescale<const D: usize>(points: &mut [Point<D>]) {
	let factor = constant(&FROM_ARK);
	for points in points.chunks_exact_mut(WIDTH) {
		let (x, y) = (gather_x(points), gather_y(points));
		for d in 0..D {
			let x = transpose(&products([&x[d]], [&factor]));
			let y = transpose(&products([&y[d]], [&factor]));
			for lane in 0..WIDTH {
				points[lane].x[d] = x[lane];
				points[lane].y[d] = y[lane];
			}
		}
	}
}

/// Components of a coordinate.
pub(super) trait Components<const D: usize>: Field {
	fn components(&self) -> [Fq; D];
	fn from_components(components: [Fq; D]) -> Self;
}

impl Components<1> for Fq {
	fn components(&self) -> [Fq; 1] {
		[*self]
	}

	fn from_components([value]: [Fq; 1]) -> Self {
		value
	}
}

impl Components<2> for Fq2 {
	fn components(&self) -> [Fq; 2] {
		[self.c0, self.c1]
	}

	fn from_components([c0, c1]: [Fq; 2]) -> Self {
		Self::new(c0, c1)
	}
}

/// The curve whose coordinates have D components.
pub(super) trait Curve<const D: usize> {
	type Config: SWCurveConfig<BaseField: Components<D>>;
}

impl Curve<1> for Ifma<1> {
	type Config = g1::Config;
}

impl Curve<2> for Ifma<2> {
	type Config = g2::Config;
}

impl<const D: usize> Ifma<D>
where
	Self: Curve<D>,
{
	/// The equal and the opposite pairs: their sums, and infinity in their place.
	fn take_equal_x(
		&self,
		left: &mut [Point<D>],
		right: &mut [Point<D>],
	) -> Vec<(usize, Point<D>)> {
		let mut taken = Vec::new();
		for (i, (left, right)) in left.iter_mut().zip(right).enumerate() {
			let (p, q) = (self.unload(left), self.unload(right));
			if !left.is_infinity() && !right.is_infinity() && p.x == q.x {
				let sum = (Projective::from(p) + q).into_affine();
				let (x, y) = (sum.x.components(), sum.y.components());
				let point = if sum.is_zero() {
					self.infinity()
				} else {
					Point { x: x.map(from_ark), y: y.map(from_ark) }
				};
				taken.push((i, point));
				(*left, *right) = (self.infinity(), self.infinity());
			}
		}
		taken
	}
}

impl<const D: usize> Adder for Ifma<D>
where
	Self: Curve<D>,
{
	type Base = Affine<<Self as Curve<D>>::Config>;
	type Point = Point<D>;
	type Scratch = Scratch<D>;

	fn infinity(&self) -> Point<D> {
		Point { x: [bytemuck::Zeroable::zeroed(); D], y: [bytemuck::Zeroable::zeroed(); D] }
	}

	#[allow(unsafe_code)]
	fn load(&self, bases: &[Self::Base], picks: &[u32], points: &mut [Point<D>]) {
		for (points, picks) in points.chunks_mut(WIDTH).zip(picks.chunks(WIDTH)) {
			let mut group = [self.infinity(); WIDTH];
			for (point, pick) in group.iter_mut().zip(picks) {
				let base = &bases[*pick as usize];
				point.x = base.x.components().map(|c| bytemuck::cast(split(c.0.0)));
				point.y = base.y.components().map(|c| bytemuck::cast(split(c.0.0)));
			}
			// SAFETY: an `Ifma` exists only where the processor has the instructions.
			unsafe { rescale(&mut group) };
			points.copy_from_slice(&group[..picks.len()]);
		}
	}

	fn unload(&self, point: &Point<D>) -> Self::Base {
		if point.is_infinity() {
			return Affine::identity();
		}
		let [x, y] = [point.x, point.y].map(|c| c.map(to_ark));
		Affine::new_unchecked(Components::from_components(x), Components::from_components(y))
	}

	fn negate(&self, point: &Point<D>) -> Point<D> {
		let negate = |y: __m512i| {
			let mut limbs: [u64; WIDTH] = bytemuck::cast(y);
			let mut borrow = 0;
			for (limb, from) in limbs.iter_mut().zip(P2) {
				let difference = from as i64 - *limb as i64 + borrow;
				*limb = difference as u64 & MASK;
				borrow = difference >> LIMB;
			}
			bytemuck::cast(limbs)
		};
		Point { x: point.x, y: point.y.map(negate) }
	}

	#[allow(unsafe_code)]
	fn add(
		&self,
		left: &mut [Point<D>],
		right: &mut [Point<D>],
		sums: &mut [Point<D>],
		scratch: &mut Scratch<D>,
	) {
		// The last few are filled up to a group of eight.
		let whole = left.len() / WIDTH * WIDTH;
		let mut taken = Vec::new();
		if whole > 0 {
			let (left, right) = (&mut left[..whole], &mut right[..whole]);
			let sums = &mut sums[..whole];
			// SAFETY: an `Ifma` exists only where the processor has the instructions.
			while let Err(EqualX) = unsafe { add_pairs(left, right, sums, &mut scratch.0) } {
				taken.extend(self.take_equal_x(left, right));
			}
		}
		if whole < left.len() {
			let fill = |points: &[Point<D>]| {
				let mut group = [self.infinity(); WIDTH];
				group[..points.len()].copy_from_slice(points);
				group
			};
			let (mut tail, mut other) = (fill(&left[whole..]), fill(&right[whole..]));
			let mut results = [self.infinity(); WIDTH];
			// SAFETY: as above.
			while let Err(EqualX) =
				unsafe { add_pairs(&tail, &other, &mut results, &mut scratch.0) }
			{
				let equal = self.take_equal_x(&mut tail, &mut other);
				taken.extend(equal.into_iter().map(|(i, sum)| (whole + i, sum)));
			}
			sums[whole..].copy_from_slice(&results[..left.len() - whole]);
		}
		for (i, sum) in taken {
			sums[i] = sum;
		}
	}
}

/// See [`Link`].
pub(super) struct Scratch<const D: usize>(Vec<Link<D>>);

impl<const D: usize> Default for Scratch<D> {
	fn default() -> Self {
		Self(Vec::new())
	}
}
