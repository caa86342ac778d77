//! Whether the entropy-coded data of every scan holds all its blocks.
//!
//! Decoders replace what is missing and report success; this reads the codes, without computing a single
//! sample, and tells a whole file from a cut or broken one. At 24 megapixels it takes a tenth of the time of
//! decoding, and half of it for a progressive file.

use std::ops::RangeInclusive;

use super::super::limits::zeroed;
use super::super::{Format, damaged};
use super::frame::Frame;
use super::huffman::{Bits, Huffman};
use super::segments::{Segments, marker};
use crate::error::Result;

/// More scans than any encoder writes. Each costs a pass over all blocks, so that a small file could ask
/// for hours.
const MAX_SCANS: usize = 100;

/// Checks all scans, and counts in `readable` those whose tables and header make sense.
pub(super) fn check(segments: &Segments<'_>, readable: &mut usize) -> Result<()> {
    if segments.scans.len() > MAX_SCANS {
        let what = format!("{} scans, where {MAX_SCANS} is more than anybody writes", segments.scans.len());
        return Err(damaged(Format::Jpeg, what));
    }
    let mut checker = Checker::new(&segments.frame)?;
    for scan in &segments.scans {
        checker.read_tables(&segments.stream[scan.tables.clone()])?;
        let broken = || damaged(Format::Jpeg, "a scan header makes no sense");
        let header = checker.read_header(&segments.stream[scan.header.clone()]).ok_or_else(broken)?;
        let has_table = |component: &ScanComponent| {
            let table = usize::from(checker.frame.components[component.index].table);
            checker.quantization.get(table) == Some(&true)
        };
        if !header.components.iter().all(has_table) {
            return Err(damaged(Format::Jpeg, "a quantization table is missing"));
        }
        *readable += 1;
        checker.check_scan(&header, &segments.stream[scan.data.clone()])?;
    }
    if !checker.seen.iter().all(|&seen| seen) {
        return Err(damaged(Format::Jpeg, "a colour component is missing"));
    }
    // T.81 clause B.2.1 asks for it. Without its end, a progressive file may lack whole scans, and nothing would tell.
    if !segments.has_end {
        return Err(damaged(Format::Jpeg, "the file ends without its last marker"));
    }
    Ok(())
}

struct Checker<'a> {
    frame: &'a Frame,
    dc_tables: [Option<Huffman>; 4],
    ac_tables: [Option<Huffman>; 4],
    /// Whether each quantization table is there; what is in them, only the decoder needs to know.
    quantization: [bool; 4],
    /// Units between two restart markers; 0 for no restarts.
    restart_interval: u32,
    /// Whether a scan has held the component.
    seen: Vec<bool>,
    /// The blocks of each component.
    blocks: Vec<Blocks>,
}

/// What refinements need to know of a component's blocks.
struct Blocks {
    /// Blocks in a row.
    across: u32,
    /// A bit for each coefficient that is not zero; nothing in a sequential picture.
    nonzero: Vec<u64>,
}

/// A scan header (clause B.2.3).
struct Header {
    components: Vec<ScanComponent>,
    first: u8,
    last: u8,
    refines: bool,
}

#[derive(Clone, Copy)]
struct ScanComponent {
    index: usize,
    dc: usize,
    ac: usize,
}

impl<'a> Checker<'a> {
    fn new(frame: &'a Frame) -> Result<Self> {
        let mut blocks = Vec::new();
        for component in &frame.components {
            let (across, down) = frame.padded_blocks(component);
            let count = if frame.progressive { u64::from(across) * u64::from(down) } else { 0 };
            blocks.push(Blocks { across, nonzero: zeroed(count)? });
        }
        let seen = vec![false; frame.components.len()];
        let none = || [const { None }; 4];
        Ok(Self {
            frame,
            dc_tables: none(),
            ac_tables: none(),
            quantization: [false; 4],
            restart_interval: 0,
            seen,
            blocks,
        })
    }

    /// Takes the Huffman tables and the restart interval out of whole segments.
    fn read_tables(&mut self, mut segments: &[u8]) -> Result<()> {
        while let Some(([_, kind, l1, l0], rest)) = segments.split_first_chunk::<4>() {
            let length = usize::from(u16::from_be_bytes([*l1, *l0])).saturating_sub(2).min(rest.len());
            let (content, rest) = rest.split_at(length);
            segments = rest;
            match (kind, content) {
                (&marker::DHT, _) => self.read_huffman(content)?,
                (&marker::DQT, _) => self.note_quantization(content),
                (&marker::DRI, [high, low]) => {
                    self.restart_interval = u32::from(u16::from_be_bytes([*high, *low]));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Clause B.2.4.1: tables of 64 numbers, of one or two bytes each.
    fn note_quantization(&mut self, mut content: &[u8]) {
        while let Some((&place, rest)) = content.split_first() {
            let bytes = if place >> 4 == 0 { 64 } else { 128 };
            let Some((_, rest)) = rest.split_at_checked(bytes) else { return };
            content = rest;
            if let Some(table) = self.quantization.get_mut(usize::from(place & 15)) {
                *table = true;
            }
        }
    }

    /// Clause B.2.4.2.
    fn read_huffman(&mut self, mut content: &[u8]) -> Result<()> {
        let broken = || damaged(Format::Jpeg, "a Huffman table makes no sense");
        while let Some(([place, counts @ ..], rest)) = content.split_first_chunk::<17>() {
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or_else(broken)?;
            content = rest;
            let table = Huffman::new(counts, symbols).ok_or_else(broken)?;
            let tables = if place >> 4 == 0 { &mut self.dc_tables } else { &mut self.ac_tables };
            *tables.get_mut(usize::from(place & 15)).ok_or_else(broken)? = Some(table);
        }
        Ok(())
    }

    fn read_header(&self, content: &[u8]) -> Option<Header> {
        let (&count, rest) = content.split_first()?;
        let (entries, rest) = rest.split_at_checked(2 * usize::from(count))?;
        let &[first, last, approximation] = rest.first_chunk()?;
        let mut components = Vec::new();
        for &[id, tables] in entries.as_chunks().0 {
            let index = self.frame.components.iter().position(|component| component.id == id)?;
            let (dc, ac) = (usize::from(tables >> 4), usize::from(tables & 15));
            components.push(ScanComponent { index, dc, ac });
        }
        let (first, last) = if self.frame.progressive { (first, last) } else { (0, last.max(63)) };
        let bands_fit = first <= last && last < 64 && (first > 0 || last == 0 || !self.frame.progressive);
        let (high, low) = (approximation >> 4, approximation & 15);
        // A refinement adds one bit (clause G.1.1.1.2).
        let bits_fit = !self.frame.progressive || (low <= 13 && (high == 0 || high == low + 1));
        let fits = bands_fit && bits_fit && !components.is_empty() && (first == 0 || components.len() == 1);
        fits.then_some(Header { components, first, last, refines: high > 0 })
    }

    fn check_scan(&mut self, header: &Header, mut data: &[u8]) -> Result<()> {
        for component in &header.components {
            self.seen[component.index] = true;
        }
        let (across, down) = match header.components[..] {
            [only] => self.frame.blocks(&self.frame.components[only.index]),
            _ => self.frame.units(),
        };
        let total = across * down;
        let interval = if self.restart_interval == 0 { total } else { self.restart_interval };
        let mut unit = 0;
        for number in 0u32.. {
            let (interval_data, next, rest) = split_at_restart(data);
            let mut bits = Bits::new(interval_data);
            let mut band = 0;
            let end = total.min(unit + interval);
            while unit < end {
                let place = (unit % across, unit / across);
                if self.check_unit(header, place, &mut bits, &mut band).is_none() {
                    let verb = if bits.is_empty() { "ends" } else { "makes no sense" };
                    let what = format!("the picture data {verb} after {unit} of {total} blocks");
                    return Err(damaged(Format::Jpeg, what));
                }
                unit += 1;
            }
            if !bits.is_spent() {
                return Err(damaged(Format::Jpeg, "there is more picture data than the picture needs"));
            }
            if unit == total {
                break;
            }
            if next.map(u32::from) != Some(number % 8) {
                return Err(damaged(Format::Jpeg, "a restart marker is missing"));
            }
            data = rest;
        }
        Ok(())
    }

    /// Reads the blocks of one unit (clause A.2); none where the data ends or makes no sense.
    fn check_unit(
        &mut self,
        header: &Header,
        (x, y): (u32, u32),
        bits: &mut Bits<'_>,
        band: &mut u32,
    ) -> Option<()> {
        if let [only] = header.components[..] {
            return self.check_block(header, only, (x, y), bits, band);
        }
        for &component in &header.components {
            let (across, down) =
                (self.frame.components[component.index].across, self.frame.components[component.index].down);
            for row in 0..down {
                for column in 0..across {
                    let place = (x * across + column, y * down + row);
                    self.check_block(header, component, place, bits, band)?;
                }
            }
        }
        Some(())
    }

    fn check_block(
        &mut self,
        header: &Header,
        component: ScanComponent,
        (x, y): (u32, u32),
        bits: &mut Bits<'_>,
        band: &mut u32,
    ) -> Option<()> {
        if header.first == 0 {
            if header.refines && self.frame.progressive {
                return bits.take(1).map(drop);
            }
            let length = bits.symbol(self.dc_tables.get(component.dc)?.as_ref()?)?;
            bits.take((length <= 15).then_some(u32::from(length))?)?;
            if self.frame.progressive {
                return Some(());
            }
            return check_ac(bits, self.ac_tables.get(component.ac)?.as_ref()?);
        }
        let table = self.ac_tables.get(component.ac)?.as_ref()?;
        let blocks = &mut self.blocks[component.index];
        let block = blocks.nonzero.get_mut((y * blocks.across + x) as usize)?;
        if header.refines {
            refine_band(bits, table, header, block, band)
        } else {
            check_band(bits, table, header, block, band)
        }
    }
}

/// The AC coefficients of a sequential block (clause F.2.2.2).
fn check_ac(bits: &mut Bits<'_>, table: &Huffman) -> Option<()> {
    let mut k = 1;
    while k < 64 {
        let symbol = bits.symbol(table)?;
        match (symbol >> 4, symbol & 15) {
            (15, 0) => k += 16,
            (_, 0) => return Some(()),
            (run, length) => {
                bits.take(u32::from(length))?;
                k += 1 + run;
            }
        }
    }
    Some(())
}

/// The first scan of a band of a progressive block (clause G.1.2.2). `band` counts blocks that are to end
/// without data.
fn check_band(
    bits: &mut Bits<'_>,
    table: &Huffman,
    header: &Header,
    block: &mut u64,
    band: &mut u32,
) -> Option<()> {
    if *band > 0 {
        *band -= 1;
        return Some(());
    }
    let mut k = header.first;
    while k <= header.last {
        let symbol = bits.symbol(table)?;
        match (symbol >> 4, symbol & 15) {
            (15, 0) => k += 16,
            (run, 0) => {
                *band = (1 << run) - 1 + bits.take(u32::from(run))?;
                return Some(());
            }
            (run, length) => {
                bits.take(u32::from(length))?;
                k += run;
                *block |= 1u64.checked_shl(u32::from(k))?;
                k += 1;
            }
        }
    }
    Some(())
}

/// A later scan of a band (clause G.1.2.3): coefficients that are not zero get one more bit each.
fn refine_band(
    bits: &mut Bits<'_>,
    table: &Huffman,
    header: &Header,
    block: &mut u64,
    band: &mut u32,
) -> Option<()> {
    let mut k = header.first;
    while *band == 0 && k <= header.last {
        let symbol = bits.symbol(table)?;
        let (run, length) = (symbol >> 4, symbol & 15);
        if length == 0 && run < 15 {
            *band = (1 << run) + bits.take(u32::from(run))?;
            break;
        }
        bits.take(u32::from(length.min(1)))?;
        k = pass_zeros(bits, *block, k..=header.last, run)?;
        if length > 0 && k <= header.last {
            *block |= 1 << k;
        }
        k += 1;
    }
    if *band > 0 {
        // No block has 64 zeroes to pass beside its DC coefficient: this goes to the end of the band.
        pass_zeros(bits, *block, k..=header.last, 64)?;
        *band -= 1;
    }
    Some(())
}

/// Passes `zeros` coefficients that are zero and all that are not, which have a bit each; returns the place
/// of the next zero, or the one behind the band.
fn pass_zeros(bits: &mut Bits<'_>, block: u64, band: RangeInclusive<u8>, mut zeros: u8) -> Option<u8> {
    let behind = band.end() + 1;
    for k in band {
        if block & 1 << k != 0 {
            bits.take(1)?;
        } else if zeros == 0 {
            return Some(k);
        } else {
            zeros -= 1;
        }
    }
    Some(behind)
}

/// The data up to a restart marker, the marker's number, and what follows.
fn split_at_restart(data: &[u8]) -> (&[u8], Option<u8>, &[u8]) {
    let mut position = 0;
    while let Some(found) = data[position..].iter().position(|&byte| byte == 0xFF) {
        let start = position + found;
        let fill = data[start..].iter().take_while(|&&byte| byte == 0xFF).count();
        position = start + fill + 1;
        if let Some(kind @ marker::RST0..=marker::RST7) = data.get(start + fill) {
            return (&data[..start], Some(kind - marker::RST0), &data[position..]);
        }
        if position >= data.len() {
            break;
        }
    }
    (data, None, &[])
}
