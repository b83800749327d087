// peers.go - the programs of this folder in Go, where Go has the like: goroutines
// for processes, a channel for the mailbox. One function for each, of the same
// name, which prints the same figures.
//
//	go build peers.go && ./peers NAME [SIZE...]
package main

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"sort"
	"strconv"
	"syscall"
	"time"
)

var programs = map[string]func(){
	"start": func() {}, "parked": parked, "spawn_reply": spawnReply, "pingpong": pingpong, "ring": ring,
	"fanin": fanin, "everybody": everybody, "ticker": ticker, "timers": timers, "share": share,
}

func main() {
	program := programs[os.Args[1]]
	if program == nil {
		fmt.Fprintln(os.Stderr, "no such program:", os.Args[1])
		os.Exit(2)
	}
	program()
}

// --- helpers ---

func size(nth, otherwise int) int {
	if len(os.Args) <= nth+1 {
		return otherwise
	}
	n, err := strconv.Atoi(os.Args[nth+1])
	if err != nil {
		panic(err)
	}
	return n
}

func rate(name string, n int, f func()) {
	start := time.Now()
	f()
	fmt.Printf("%s %.1f /s\n", name, float64(n)/time.Since(start).Seconds())
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

func resident() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	kib, _ := strconv.Atoi(string(regexp.MustCompile(`VmRSS:\s*(\d+)`).FindSubmatch(text)[1]))
	return kib * 1024
}

func cpu() time.Duration {
	var use syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func at(sorted []float64, p float64) float64 {
	i := int(math.Ceil(float64(len(sorted))*p)) - 1
	if i < 0 {
		i = 0
	}
	return sorted[i]
}

// --- parked, spawn_reply ---

func parked() {
	n := size(1, 1000000)
	here := make(chan bool, 64)
	before, start, told := resident(), time.Now(), 0
	for i := 1; i <= n; i++ {
		tells := i%1000 == 0 || i == n
		if tells {
			told++
		}
		go func(mailbox chan int) {
			if tells {
				here <- true
			}
			<-mailbox
		}(make(chan int))
	}
	for ; told > 0; told-- {
		<-here
	}
	took := time.Since(start)
	fmt.Printf("parked_bytes %.1f B\n", float64(resident()-before)/float64(n))
	fmt.Printf("parked_spawns %.1f /s\n", float64(n)/took.Seconds())
}

func spawnReply() {
	n, sum := size(1, 400000), 0
	mailbox := make(chan int, 1000)
	answer := func() { mailbox <- 1 }
	rate("spawn_reply", n, func() {
		for i := 0; i < n; i++ {
			go answer()
			sum += <-mailbox
		}
	})
	rate("spawn_reply_1000", n, func() {
		for i := 0; i < n/1000; i++ {
			for k := 0; k < 1000; k++ {
				go answer()
			}
			for k := 0; k < 1000; k++ {
				sum += <-mailbox
			}
		}
	})
}

// --- pingpong, ring ---

type ball struct {
	from chan ball
	n    int
}

func pingpong() {
	n := size(1, 1000000)
	me, other := make(chan ball), make(chan ball)
	go func() {
		for b := range other {
			b.from <- ball{other, b.n}
		}
	}()
	rate("pingpong", n, func() {
		for i := 0; i < n; i++ {
			other <- ball{me, i}
			if b := <-me; b.n != i {
				panic("another ball")
			}
		}
	})
}

func ring() {
	n, done := size(1, 3000000), make(chan bool)
	node := func(in, out chan int) {
		for i := range in {
			if i == 0 {
				done <- true
			} else {
				out <- i - 1
			}
		}
	}
	first := make(chan int)
	next := first
	for i := 1; i < 1000; i++ {
		in := make(chan int)
		go node(in, next)
		next = in
	}
	go node(first, next)
	rate("ring", n, func() {
		first <- n
		<-done
	})
}

// --- fanin, everybody ---

func fanin() {
	each, mailbox, start := size(1, 20000), make(chan int, 1024), make(chan bool)
	for i := 0; i < 100; i++ {
		go func() {
			<-start
			for i := 1; i <= each; i++ {
				mailbox <- i
			}
		}()
	}
	rate("fanin", 100*each, func() {
		close(start)
		sum := 0
		for i := 0; i < 100*each; i++ {
			sum += <-mailbox
		}
	})
}

func everybody() {
	n, rounds := size(1, 1000), size(2, 3)
	start, done := make(chan bool), make(chan bool, n)
	all := make([]chan int, n)
	for i := range all {
		all[i] = make(chan int, n*rounds)
	}
	for i := range all {
		go func(me int) {
			<-start
			for r := 0; r < rounds; r++ {
				for _, other := range all {
					other <- me
				}
				for range all {
					<-all[me]
				}
			}
			done <- true
		}(i)
	}
	rate("everybody", n*n*rounds, func() {
		close(start)
		for range all {
			<-done
		}
	})
}

// --- ticker, timers ---

func ticker() {
	spinners, ticks := size(1, 8), size(2, 2000)
	wait := time.Duration(size(3, 1)) * time.Millisecond
	for i := 0; i < spinners; i++ {
		go func() {
			for {
			}
		}()
	}
	late := make([]float64, ticks)
	for i := range late {
		due := time.Now().Add(wait)
		time.Sleep(wait)
		late[i] = ms(time.Since(due))
	}
	sort.Float64s(late)
	fmt.Printf("ticker_p50 %.3f ms\n", at(late, 0.5))
	fmt.Printf("ticker_p99 %.3f ms\n", at(late, 0.99))
	fmt.Printf("ticker_max %.3f ms\n", late[len(late)-1])
}

func timers() {
	n, seconds, period := size(1, 1000000), size(2, 5), size(3, 1000)
	start := time.Now().Add(time.Duration(20+n/100) * time.Millisecond)
	every := time.Duration(period) * time.Millisecond
	ticks := seconds * 1000 / period
	lates := make(chan []float64, 64)
	for i := 0; i < n; i++ {
		go func(due time.Time) {
			late := make([]float64, ticks)
			for t := range late {
				time.Sleep(time.Until(due))
				late[t] = ms(time.Since(due))
				due = due.Add(every)
			}
			time.Sleep(2 * every)
			lates <- late
		}(start.Add(every * time.Duration(i) / time.Duration(n)))
	}
	time.Sleep(time.Until(start))
	used, measured := cpu(), time.Duration(seconds*1000-200)*time.Millisecond
	time.Sleep(measured)
	used = cpu() - used
	all := make([]float64, 0, n*ticks)
	for i := 0; i < n; i++ {
		all = append(all, <-lates...)
	}
	sort.Float64s(all)
	fmt.Printf("timers_cpu %.3f cores\n", used.Seconds()/measured.Seconds())
	fmt.Printf("timers_p50 %.1f ms\n", at(all, 0.5))
	fmt.Printf("timers_p99 %.1f ms\n", at(all, 0.99))
}

// --- share ---

type pair struct{ i, done int }

func share() {
	length := time.Duration(size(1, 1000)) * time.Millisecond
	work := func(till time.Time) int {
		done, t := 0, make([]*pair, 100)
		for time.Now().Before(till) {
			for i := 0; i < 1000; i++ {
				t[i%100] = &pair{i, done}
			}
			done++
		}
		return done
	}
	did := func(n int) (sum int) {
		till, answers := time.Now().Add(length), make(chan int, n)
		for i := 0; i < n; i++ {
			go func() { answers <- work(till) }()
		}
		for i := 0; i < n; i++ {
			sum += <-answers
		}
		return
	}
	gains := make([]float64, 3)
	for i := range gains {
		gains[i] = float64(did(2)) / float64(did(1))
	}
	sort.Float64s(gains)
	fmt.Printf("share_two %.3f gain\n", gains[1])
}
