"""English words by what they are: small words, verbs that open an order, forms of the past."""

STOP_WORDS = """
    the a an and or but of to in on at for with from by is are was were be been am do does did
    has have had will would can could should i you he she it we they me him her us them my your
    our their this that these those there what when where which who why how please thanks thank
    not if so just get got need send as about im its ive youre dont cant didnt isnt lets whats
    today tomorrow tonight yesterday monday tuesday wednesday thursday friday saturday sunday
    call check yes hi hello hey up out all any some new now next last back done before after job
    week month new done yep nope
    """

# Forms that say that something has happened, besides those that end in "ed".
PAST = """
    sent done got left went made paid built bought brought came found gave met ran said saw sold
    spoke took told wrote began shut lost won heard felt became broke chose drove fell forgot
    hid held kept knew laid led lent let meant put rang rose sat shot spent stood swept taught
    thought threw woke wore gone been seen taken given written spoken chosen broken had has was
    were is are arent isnt wasnt werent hasnt havent hadnt did didnt does doesnt will wont im
    ive weve hes shes theyre theyve itll ill its thats theres cant couldnt wants starts looks
    seems needs says goes comes opens closes feels gets works
    """

# Words that open an order. Those in NOUNS_TOO are names of things just as often.
VERBS = """
    abandon abolish absorb accelerate accept acknowledge acquire activate adapt add address
    adjust adopt advertise advise alert align allocate allow alter amend analyse analyze animate
    announce answer anticipate append apply appoint approve archive arrange ask assemble assess
    assign assume attach attempt attend audit authorise authorize automate avoid award backdate
    backup bake balance ban batch bend bid bill bin blend block blog book boost borrow bounce
    box brainstorm break brief bring broadcast browse brush budget build bump bundle burn button
    buy bypass calculate calibrate call cancel capture carry cart cast catch cease celebrate
    centre certify change charge chase chat check chip choose chop circle cite claim clean clear
    clip close code collate collect colour combine come comment commission communicate compare
    compile complete concentrate conduct configure confirm connect consider consolidate
    construct consult contact continue contract contribute control convert convince cook cool
    coordinate copy correct count counter cover create credit crop cross curate customise
    customize cut cycle date deactivate deal debug decide deduct defer define delay delegate
    delete deliver demo demolish deploy deposit describe design detach detail detect determine
    develop diagnose dial dig digitise dim disable disassemble discard disconnect discount
    discuss dismantle dispatch dispose distribute divert divide dock document donate double
    download draft drag drain drill drive drop dry dump duplicate dust earmark eat edit
    elaborate eliminate email embed emphasise employ empty enable enclose encourage end engage
    engrave enhance enlarge enquire enrol enroll ensure enter erase erect escalate establish
    estimate evaluate evict exchange exclude execute expand expedite experiment expire explore
    export expose express extend face factor fasten favour fax feed fetch field fight figure
    file fill film filter finalise finalize find finish fire fit fix flag flash flatten flip
    flush focus fold follow forecast forge format forward frame freeze fund furnish fwd gather
    gauge generate get give glue go grab grade group grow guard guide hammer hand hang harvest
    haul have heat help highlight hire hit hold hook host hunt identify ignore illustrate
    implement import impress improve include increase indicate inflate inform initiate inquire
    insert inspect install instruct insulate insure integrate intercept interview introduce
    inventory investigate invite invoice iron isolate issue itemise itemize join jot judge jump
    keep kick kill knock label laminate land laser launch lay lead leave let level liaise lift
    light limit line link liquidate list listen live load lock log look lower lubricate mail
    maintain make manage manufacture map mark market mask maximise maximize measure meet mend
    mention merge message migrate mill mind minimise minimize mix mock modify monitor mop
    motivate mount move mow mulch multiply mute nail name narrow negotiate network nominate note
    notify nudge number observe obtain occupy offer oil omit onboard open operate oppose
    optimise optimize order organise organize orient outline outsource oversee own pack paint
    pair park part paste patch patrol pause pay peel perform permit persuade phone photograph
    pick pin ping pipe pitch place plan plant play plug pocket point polish pool pop portray
    post postpone practice practise preheat prep prepare prescribe present preserve press
    prevent price print prioritise prioritize probe process procure produce program progress
    prohibit project promote prompt proof proofread prop propose protect provide prune publish
    pull pump punch purchase push put query question queue quit quote race raise rake ramp rank
    rate reach reactivate read realign rearrange reassign reassure rebook rebrand rebuild
    recalculate recap recheck recommend reconcile reconfigure reconnect record recount recover
    recreate recruit recycle redeem redeploy redesign redirect redo redraft redraw reduce refer
    refill refine refit reformat refresh refund refuse register regroup reheat reinforce
    reinstall reissue reject release reload relocate rely remake remedy remind remodel remove
    rename render renew rent reorder repaint repair repeat rephrase replace replan replant
    replenish reply report reposition repost reprint request rerun reschedule research resell
    resend reserve reset reshape reshoot resit resize resolve respond restart restock restore
    resubmit resume resurface retag retake rethink retouch retrain retrieve retry return retype
    reuse revamp reverse revert review revise revisit revive revoke reward rewrite ring rinse
    rip roll rotate route rub run sand sanitise sanitize satisfy save scale scan schedule scout
    scrap scrape screen screenshot screw script scrub seal search season secure see segment
    seize select sell send separate sequence serve service set settle setup sew shade shake
    shape share sharpen shave shelve shift ship shoot shop shorten shovel show shred shut sign
    signpost silence simplify sit sketch skip slice slide slow smooth snap sneak soak soften
    solder solve sort source space spare speak spec specify spell spend spin split spot spray
    spread spruce square squeeze stack staff stage stain stamp staple start state stay steam
    steer step stick stitch stock stop store straighten strengthen stretch strike strip
    structure study style subcontract submit subscribe substitute subtract summarise summarize
    supervise supply support surprise survey suspend swap sweep swing swipe switch sync tackle
    tag take talk tape target taste teach tear tease telephone tell tender terminate test text
    thank thin throw tick tidy tie tighten tile time toggle top toss total touch tow trace track
    trade trail train transcode transcribe transfer transform translate transport treat trial
    trigger trim troubleshoot try tune turn tweak type unblock uncover undo unfreeze unify
    uninstall unlink unload unlock unmute unpack unplug unpublish unsubscribe untangle unwrap
    update upgrade upload use utilise utilize vacuum validate vary verify vet view visit
    visualise void vote wait waive wake walk warm warn wash watch water wax weed weigh weld
    widen win wind wipe wire withdraw witness work worry wrap write yell zip zoom
    """
NOUNS_TOO = """
    address answer audit backup bid bill bin blog book box brush budget button call cart cast
    change charge check clean clear close code colour comment commission complete contract
    control copy count counter cover credit crop cut date deal delay demo deposit design detail
    dial discount dock document draft drain drill drive drop dump dust email empty end estimate
    exchange face field file film filter fire fit fix flag flash focus format frame freeze fund
    glue grade group guard guide hammer heat help highlight host invoice iron issue jump label
    land laser launch lead level lift light limit line link list live load log look mail map
    mark market mask measure message mill mix mock mop move nail name network note number offer
    oil open order own paint pair park part patch pause phone pin pipe pitch place plan plant
    play plug point pool pop post practice present press price print process program progress
    project proof pump punch query question queue quote race rake ramp rank rate refit refund
    report request research review route run sand save scale scan schedule scout scrap screen
    screenshot screw script seal search season segment service set shade shape share shift shop
    show sign slice slide slow source space spare spec spin spot spray spread square stack staff
    stage stamp staple start state stay steam step stick stock stop store strike strip structure
    study style supply support surprise survey switch sync tag tape target taste tender test
    text thin tick tie tile time top total tow trace track trade trail train transport treat
    trial trigger try type update upgrade upload use visit vote wait walk wash watch water weed
    wind wire work zip zoom
    """
