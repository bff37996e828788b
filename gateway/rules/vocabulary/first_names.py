"""First names that are common where the four languages are spoken, accents folded away."""

from typing import Final

from gateway.rules.vocabulary.lexicon import words

FIRST_NAMES: Final = words(
    """
    aaron abby abigail adam adrian adriana agnes agustin ahmed aisha aitor alain alan alba
    albert alberto alejandra alejandro alessandro alex alexander alexandra alexis alfonso alfred
    alfredo ali alice alicia alina alison alistair allison alma alvaro amanda amber amelia
    amelie amir amy ana anders andre andrea andreas andres andrew andy angel angela angelica
    angus anita anja anke ann anna anne annette annika anouk anthony antoine anton antonia
    antonio archie ariana armando arnaud arnold arthur arturo ashley astrid audrey aurelie
    aurora ava axelle baptiste barbara bart bastian bea beatriz becky begona belen ben benedicte
    benedikt benjamin benoit bernard bernd beth bettina betty bianca birgit bjorn bob bobby
    boris brad bradley brandon brenda brendan brian bridget brigitte brittany bronwyn bruno
    bryan caleb callum cameron camila camille candice capucine carl carla carlos carmela carmen
    carol carolina caroline carrie casey caspar cassandra catalina catherine cathy cecile
    cecilia cedric celine cesar chad chantal charles charlie charlotte chiara chloe chris
    christa christian christiane christina christine christoph christophe christopher cindy
    claire clara clarissa claudia claus clemence clement clive colin concha connor consuelo
    corentin corey corinna corinne cornelia courtney craig cristian cristina crystal curtis
    cynthia cyril daisy damian damien dan dana daniel daniela danielle danny darcy darren dave
    david dawid deborah deirdre delphine denis denise dennis derek devin diana diane diego
    dieter dirk dmitri dolores dominic dominik dominique don donald donna dorian doris dorothy
    doug douglas duncan dylan eamon ed eddie edgar edith edouard eduardo edward edwina eileen
    elaine elena eli elias elisa elisabeth eliza elizabeth elke ella ellen ellie elliot elliott
    elodie eloise elsa elsie emanuel emeric emil emilia emilie emilio emily emma emmanuel
    enrique enzo eric erica erik erika erin ernesto ernst esme esteban esther ethan eugene
    eugenie eva evan eve evelyn fabian fabien fabio fabrice fanny fatima federico felicia felipe
    felix fergus fernanda fernando finn fiona fleur florence florian francesca francis francisca
    francisco franck francois francoise frank franz fred freddie freddy frederic freya friedrich
    fritz gabriel gabriela gabrielle gaby gaelle gareth gary gaston gavin gemma genevieve geoff
    geoffrey george georgia georgie georgina gerald gerard gerd gerhard gert gianni gilbert
    giles gilles gina gisela giulia gloria gonzalo gordon graham greg gregor gregory greta guido
    guillaume guillermo gustavo guy hakim hamza hanna hannah hannes hans harald harold harriet
    harriett harry harvey hassan hattie hayley heather hector heidi heike heiko heinz helen
    helena helene helga helmut hendrik henri henry herbert hermann hernan hilary hilde holger
    horst hubert hugo iago iain ian ibrahim ignacio igor iker imogen imran inaki ines inga ingo
    ingrid inigo irene irina iris isaac isabel isabella isabelle isla ismael ivan ivana jack
    jackie jackson jacob jacqueline jacques jaime jake jakob jamal james jamie jan jane janet
    janina jared jasmin jasmine jason jasper javier jean jeanette jeanne jeff jeffrey jemima jen
    jenna jennifer jenny jens jeremie jeremy jerome jerry jesse jessica jesus jill jim jimmy jo
    joachim joan joanna joao joaquin jochen joe joel joelle joerg johan johann johanna johannes
    john johnny jolanda jolene jon jonas jonathan jordan jordi jorg jorge jorn jose josef
    josefina joseph josephine josh joshua josie joyce juan juana juanita jude judith judy julia
    julian juliana julie julien juliette julio jurgen justin jutta kai karen karim karin karl
    karla karsten kasper katarina kate katharina katherine kathi kathleen kathrin kathryn kathy
    katie katja katrin katya kay kayla keith kelly ken kenneth kerry kerstin kevin khalid kim
    kiran kirk kirsten klaus konrad krista kristen kristin kristina krzysztof kumar kurt kurtis
    kyle lachlan lance lara larry lars laura laure lauren laurence laurent lea leah leila lena
    lenny leo leon leonard leonie leonor leopold leslie leticia levi lewis liam liliana lilou
    lily linda lindsay lionel lisa lisbeth liz logan loic lola lorena lorenzo lorna lorraine
    lothar lottie lou louis louisa louise lourdes luca lucas lucia lucie lucinda lucy ludovic
    ludwig luis luisa lukas luke lutz luz lydia lynn mabel maddie madeleine madison maelle maeve
    magdalena magnus maisie maja malcolm malik manfred manon manuel manuela marc marcel marcela
    marcelo marco marcos marcus marek margaret margarita margaux margot maria marian mariana
    marianne maribel marie marina mario marion marisol markus marlene marta martha martin
    martina marvin mary mateo mathias mathieu mathilde mathis matilda matt matteo matthew
    matthias mattias maud maurice mauricio max maximilian maximiliano maya megan mehdi mehmet
    melanie melissa mercedes meredith merle mia michael michel michele michelle mick miguel
    mikael mike mila milagros milena millie mina minh miranda mireille miriam mitchell mohamed
    mohammed moira molly mona monica monika monique montse morgane moritz muhammad murat mustafa
    myriam nadia nadine nadja nancy naomi natalia natalie natasha nathalie nathan nathaniel ned
    neha neil nele nell nicholas nick nico nicola nicolas nicole nigel nikita niklas nikolai
    nils nina noah noel noelia noemi noemie nora norbert norma norman nuria oceane octavio odile
    olaf oleg oliver olivia olivier ollie omar orla oscar oskar osman otis otto owen pablo
    paloma pamela paola pascal patricia patrick patrik paul paula pauline pawel pedro peggy
    penelope per percy pete peter petra phil philip philipp philippe phillip phoebe pierre pilar
    piotr polly poppy priya quentin quinn rachel rafael rahul rainer raj ralf ralph ramon
    raphael raphaelle raquel rashid raul ravi ray raymond raymundo rebecca reggie regina regis
    reinhard remi remy renate rene rhys ricardo richard rick ricky rita rob robert roberta
    roberto robin rocio rodney rodrigo rogelio roger rohan roland rolando rolf romain roman romy
    ron ronald ronny rory rosa rosalia rosalind rosario rosemary rosi rosie ross rowan roxanne
    rudolf ruth ryan sabine sabrina sadie sally salma salvador sam samantha samir samuel sandra
    sandrine sandy sanjay santiago sara sarah sascha sasha saskia scott sean sebastian selina
    serge sergio seth shane shannon sharon shaun sheena sheila shirley sid siegfried sigrid
    silke silvia simon simone sinead siobhan sofia solange solene sonia sonja sophia sophie
    spencer stan stefan stefanie steffi stella stephan stephane stephanie stephen steve steven
    stuart sue suki sunil susan susana susanne susi suzanne suzie sven svenja sylvia sylvie
    tabea tamara tammy tania tanja tanya tara tariq tatiana ted teresa teri tessa thea theo
    theodor theresa thierry thomas thorsten tiffany tilo tim timo timothee timothy tina tobi
    tobias toby todd tom tomas tomasz tommy toni tony torben torsten tracy travis trevor trish
    tristan tyler udo ulf uli ulla ulrich ulrike uma ursula ute uwe valentin valentina valerie
    vanessa vanja vera veronica veronika vicky victoire victor victoria vikram vince vincent
    violet virginia vito vivian vivien vlad volker walter wanda wayne wendel wendy werner wiebke
    wilhelm william wilma winston wolf wolfgang xavier xenia yann yannick yasmin ynes yohan
    yolanda yusuf yves yvette yvonne zach zachary zara zoe zoltan
    """
)

# Names that are words just as often: they count with a capital letter and a word before them
# that leads to a person.
NAMES_WRITTEN_LARGE: Final = words(
    """
    alba amber angel april art august austin ava bill bob brad carol chad chase christian daisy
    dallas dawn dean don drew ed ella faith florence frank gene georgia grace grant guy hope
    iris ivy jack jan jean jesus jordan jose joy june kay lea lily lou luz marie marina mark max
    may mercedes mia noel olive page paris pat pearl per pilar ray rich rob rosario rose ruby
    stan sue summer sydney tara ted van violet virginia will
    """
)
